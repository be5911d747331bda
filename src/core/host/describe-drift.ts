import type { CheckLine } from '../../contract/host.ts'
import { line, prepare } from '../../domain/check-line.ts'

/** Entries by which a host's filter differs from its records, in one direction. */
export interface DriftSide {
  /** With ports that only decide whether denied senders are noted. */
  readonly count: number
  /** Entries among them that let somebody in. */
  readonly access: number
  /** The first of these; `tenant` is null where no record has that port. */
  readonly first: readonly {
    readonly cidr: string
    readonly port: number
    readonly tenant: string | null
  }[]
}

export interface Drift {
  /** Let in without a record. */
  readonly surplus: DriftSide
  /** Allowed by the records and not let in. */
  readonly missing: DriftSide
}

/** Entries of one direction that are named, at most; more are counted. */
export const mostNamed = 5

const surplusAdvice = 'Prepare the host, which shuts them out, and find out which program there let them in.'

/** The lines of a host's check: who gets in without a record, and who does not although it is allowed. */
export function describeDrift({ surplus, missing }: Drift): CheckLine[] {
  const [letIn, shutOut] = [renderSide(surplus), renderSide(missing)]
  if (letIn === '' && shutOut === '') {
    const count = countEntries(surplus.count + missing.count)
    const sentence = `The filter differs from the records in ${count} by which nobody gets in and nobody is shut out.`
    return [line('Filter', 'missing', sentence, prepare)]
  }
  return [
    ...(letIn === ''
      ? []
      : [line('Filter', 'bad', `The filter lets in without a record: ${letIn}.`, surplusAdvice)]),
    ...(shutOut === ''
      ? []
      : [line('Filter', 'missing', `Allowed, and not let in by the filter: ${shutOut}.`, prepare)]),
  ]
}

/** The same in one sentence, for lists of hosts. */
export function summarizeDrift(host: string, { surplus, missing }: Drift): string {
  const many = (side: DriftSide): string => countEntries(side.count)
  const parts = [
    ...(surplus.count === 0 ? [] : [`has ${many(surplus)} that no record has`]),
    ...(missing.count === 0 ? [] : [`lacks ${many(missing)} that the records have`]),
  ]
  return `The filter of ${host} ${parts.join(' and ')}. Prepare the host to put that right.`
}

/** `203.0.113.7/32 to acme, 198.51.100.0/24 to port 20005 and 3 more` */
function renderSide({ access, first }: DriftSide): string {
  if (access === 0) return ''
  const named = first.map(({ cidr, port, tenant }) => `${cidr} to ${tenant ?? `port ${port}`}`)
  const more = access - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`
}

const countEntries = (count: number): string =>
  count === 1 ? '1 entry' : `${count.toLocaleString('en')} entries`
