import { listNames } from '../sentence/list-names.ts'
import type { ServerDoubt } from './judge-server.ts'

/** The doubt that a host is still the server that it was, and the advice. */
export function describeDoubt(
  host: string,
  doubt: ServerDoubt,
): { readonly sentence: string; readonly advice: string } {
  switch (doubt.kind) {
    case 'replaced':
      return {
        sentence: `${host} is another server than before: it was installed anew, its records were begun again, or another one has its address. Nothing is changed or taken in there.`,
        advice: `If it shall be ${host} from now on, run \`memharbor host trust ${host}\`, which says first what that means; then \`memharbor host recover ${host} --as-panel\` brings back the tenants of this panel. Else give ${host} the address of its own server again (\`memharbor host edit ${host} --ssh USER@ADDRESS\`).`,
      }
    case 'twin':
      return describeTwin(host, doubt.other, doubt.isSame)
  }
}

function describeTwin(host: string, other: string, isSame: boolean | null) {
  const held = `The tenants there are taken in as those of ${other} only.`
  const forget = `forget ${host} with \`memharbor host remove ${host} --forget\``
  const renew = `remove /var/lib/memharbor there and run \`memharbor host prepare ${host}\``
  switch (isSame) {
    case true:
      return {
        sentence: `${host} and ${other} are one server under two names. ${held}`,
        advice: `Keep one of them: ${forget}.`,
      }
    case false:
      return {
        sentence: `${host} is a copy of ${other}: it has the records of that server. ${held}`,
        advice: `To use it as a server of its own, ${renew}; else ${forget}.`,
      }
    case null:
      return {
        sentence: `${host} has the same records as ${other}: it is that server under another name, or a copy of it. ${held}`,
        advice: `Run \`memharbor host check ${host}\` when both answer; if it is the same server, ${forget}.`,
      }
  }
}

/** Tenants and pending closings of a host whose server is another one now. */
export interface Left {
  /** Names of its tenants that have no record on the new server. */
  readonly absent: readonly string[]
  /** Names of those whose containers are there all the same; null where Docker did not say. */
  readonly containers: readonly string[] | null
  /** Names of its tenants of which the new server has a record. */
  readonly present: readonly string[]
  /** How many tenants the new server has that this store does not know. */
  readonly unknown: number
  /** Access that was taken away and that the old server has not confirmed: `revoking 203.0.113.7/32 of acme`. */
  readonly pending: readonly string[]
}

/**
 * Consequences of taking another server for a host: the fate of the tenants in this store, and as advice how to settle
 * the differences afterwards; empty where there can be none.
 */
export function describeTrust(
  host: string,
  { absent, containers, present, unknown, pending }: Left,
): { readonly sentence: string; readonly advice: string } {
  const sentences = [`${host} is another server than before.`]
  if (absent.length > 0) sentences.push(...describeAbsent(absent, containers))
  if (present.length > 0) {
    sentences.push(`It has records of ${listNames(present)}, which may say something else.`)
  }
  if (unknown > 0)
    sentences.push(
      `${unknown === 1 ? 'One tenant' : `${unknown} tenants`} that only it has will be taken in.`,
    )
  if (absent.length + present.length + unknown === 0) sentences.push('Neither side has a tenant there.')
  if (pending.length > 0) {
    const whether = 'Whether the old server still lets them in is not asked any more.'
    sentences.push(`Not closed for certain on the old one: ${listNames(pending)}. ${whether}`)
  }
  const advice =
    absent.length + present.length === 0
      ? ''
      : `Afterwards \`memharbor host recover ${host} --as-panel\` makes it so there as this panel has it, and --as-host here as the server has it.`
  return { sentence: sentences.join(' '), advice }
}

function describeAbsent(absent: readonly string[], containers: Left['containers']): string[] {
  if (containers === null) {
    return [
      `The new one has no record of ${listNames(absent)}: nobody gets in there. Docker did not say whether their caches run.`,
    ]
  }
  const kept = absent.filter((name) => containers.includes(name))
  const lost = absent.filter((name) => !containers.includes(name))
  return [
    ...(lost.length === 0
      ? []
      : [`The new one has no record of ${listNames(lost)}: they have no cache there.`]),
    ...(kept.length === 0
      ? []
      : [`It has the containers of ${listNames(kept)}, but no record: nobody gets in to them.`]),
  ]
}
