import type { Problem } from '../contract/problem.ts'

type ModeKept = Extract<Problem, { code: 'MODE_KEPT' }>['details']

interface Words {
  readonly message: string
  readonly advice: string
}

/** @param reason the server's own words, as a clause: `sudo answers "…"` */
export function describeUnclear(host: string, reason: string): Words {
  return {
    message: `Whether packets can be filtered on ${host} cannot be told: ${reason}.`,
    advice: `Put that right there and try again; until then ${host} stays as it is. If it is to do without a filter, choose that: \`memharbor host prepare ${host} --loopback\`.`,
  }
}

/** Why a host does not change between a filter and 127.0.0.1, and what to do. */
export function describeModeKept({ host, mode, reason, tenants }: ModeKept): Words {
  const there = tenants === 1 ? '1 tenant is' : `${tenants} tenants are`
  if (mode === 'loopback') {
    return {
      message: `Host ${host} stays loopback only, because ${there} there on 127.0.0.1 (${reason}).`,
      advice: `Delete them before it gets a filter, or keep it as it is: \`memharbor host prepare ${host} --loopback\`.`,
    }
  }
  if (tenants > 0) {
    return {
      message: `Host ${host} stays filtered, because ${there} there (${reason}).`,
      advice: `Log in as a user who may become root there. To do without a filter, delete the tenants, then choose it: \`memharbor host prepare ${host} --loopback\`.`,
    }
  }
  return {
    message: `Host ${host} stays filtered, although its filter cannot be reached from here now (${reason}).`,
    advice: `Log in as a user who may become root there. To do without the filter: \`memharbor host prepare ${host} --loopback\`.`,
  }
}
