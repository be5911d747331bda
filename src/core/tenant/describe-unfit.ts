import { listNames } from '../sentence/list-names.ts'

/** Words for the parts of a record, after "its". */
const parts: Readonly<Record<string, string>> = {
  id: 'id',
  name: 'name',
  port: 'port',
  network: 'network',
  revision: 'revision',
  memoryMb: 'memory',
  maxConnections: 'number of connections',
  notes: 'notes',
  tags: 'tags',
  allow: 'allowlist',
  open: 'state',
  limitMb: 'memory limit',
  createdAt: 'time of its making',
}

/** Records of a host that were not taken in, by the ids of their tenants. */
export interface Refused {
  /** A part of them is nothing that a panel would have written there; an empty id is one that cannot be shown. */
  readonly unfit: readonly { readonly id: string; readonly part: string }[]
  /** They have a port that another record of that host has. */
  readonly twice: readonly string[]
  /** They are more than the host has ports. */
  readonly beyond: readonly string[]
  /** They are of tenants of other hosts here. */
  readonly foreign: readonly { readonly id: string; readonly name: string; readonly host: string }[]
}

export const nothingRefused: Refused = { unfit: [], twice: [], beyond: [], foreign: [] }

/** Sentences about refused records, one a reason; none where no record was refused. */
export function describeRefused(
  host: string,
  { unfit, twice, beyond, foreign }: Refused,
): { readonly reason: keyof Refused; readonly sentence: string }[] {
  const whose = foreign.map(({ id, name, host: other }) => `${name} (${id}) of ${other}`)
  const which = unfit.map(({ id, part }) =>
    id === '' ? 'one without an id' : `${id} (${parts[part] ?? part})`,
  )
  const copy = `If ${host} is a copy of another server, or the same under another name, forget it.`
  const told = [
    { reason: 'foreign', names: whose, what: 'records of tenants of other hosts', advice: ` ${copy}` },
    { reason: 'unfit', names: which, what: 'records that no panel has written', advice: '' },
    { reason: 'twice', names: twice, what: 'records with the port of another one', advice: '' },
    { reason: 'beyond', names: beyond, what: 'records of more tenants than it has ports', advice: '' },
  ] as const
  return told.flatMap(({ reason, names, what, advice }) =>
    names.length === 0
      ? []
      : [{ reason, sentence: `${host} has ${what}, which were not taken in: ${listNames(names)}.${advice}` }],
  )
}
