import type { HostStatus } from '../../contract/panel.ts'
import type { ProblemCode } from '../../contract/problem.ts'
import type { LiveState } from './live-state.ts'

/** A host answers, and what is on it cannot be seen all the same. */
const inFewWords: Readonly<Partial<Record<ProblemCode, string>>> = {
  DOCKER_UNREACHABLE: 'Docker does not answer',
  DOCKER_SILENT: 'Docker does not answer',
  DOCKER_CLIENT_MISSING: 'Docker cannot be reached',
  DOCKER_IS_PODMAN: "Podman in Docker's place",
  DOCKER_DENIED: 'Docker may not be used',
  DOCKER_FAILED: 'Docker fails',
  LOGIN_UNUSABLE: 'Login runs no commands',
  HELPER_FAILED: 'Helper fails',
  HELPER_INCOMPATIBLE: 'Helper of another version',
  SUDO_REFUSED: 'Helper may not be used',
  SUDO_OVERRULED: 'Helper may not be used',
  SUDO_SILENT: 'Helper does not start',
  UID_REUSED: 'Helper may not be used',
}

/** The trouble of a host, in a few words: `Docker does not answer`; empty where all of it can be seen. */
export function nameTrouble({ connection, problem }: Pick<HostStatus, 'connection' | 'problem'>): string {
  switch (connection) {
    case 'unknown':
      return ''
    case 'unreachable':
      return 'Not reached'
    case 'connected':
      return problem === '' ? '' : (new Map(Object.entries(inFewWords)).get(problem) ?? 'Cannot be looked at')
  }
}

/** The same, or that a host that can be seen is not the server that it was, or was put back, and waits for a choice. */
export function nameWrong(host: Pick<HostStatus, 'connection' | 'problem' | 'putBack' | 'server'>): string {
  const trouble = nameTrouble(host)
  if (trouble === '' && host.server !== null) return nameDoubt(host.server)
  if (trouble !== '' || host.putBack === null) return trouble
  return host.putBack.accepted ? 'Accepted as another server' : 'Put back to an older state'
}

function nameDoubt(server: NonNullable<HostStatus['server']>): string {
  if (server.kind === 'replaced') return 'Another server than before'
  if (server.isSame === null) return 'One server under two names, or a copy'
  return server.isSame ? 'One server under two names' : 'Copy of another server'
}

/** The troubles and their hosts: `Not reached: web1, web2. Docker does not answer: db1`; empty when there are none. */
export function listTroubles({ hosts }: Pick<LiveState, 'hosts'>): string {
  const names = new Map<string, string[]>()
  for (const host of hosts) {
    const trouble = nameWrong(host)
    if (trouble !== '') names.set(trouble, [...(names.get(trouble) ?? []), host.name])
  }
  return [...names].map(([trouble, those]) => `${trouble}: ${those.join(', ')}`).join('. ')
}
