import type { AllowInput, WidthConfirmed } from '../../../../contract/allowlist.ts'
import { maxConnectionsRange, memoryMbRange, type WholeRange } from '../../../../contract/limits.ts'
import { readWhole, type Typed } from '../../../ui/read-whole.ts'

/** The entries of the form for a new tenant. The defaults of the settings fill in those that are undefined or empty. */
export interface NewTenant {
  readonly name: string
  readonly host: string | undefined
  /** As it was typed. */
  readonly memoryMb: Typed
  readonly maxConnections: Typed
  /** As it was pasted. */
  readonly allowText: string
  readonly notes: string
  readonly tags: readonly string[]
}

/** The addresses that were typed, as they were read, and how wide they were said to be meant. */
export interface NewAllow {
  readonly entries: readonly AllowInput[]
  readonly confirmed?: WidthConfirmed
}

export const emptyNewTenant: NewTenant = {
  name: '',
  host: undefined,
  memoryMb: '',
  maxConnections: '',
  allowText: '',
  notes: '',
  tags: [],
}

/** Whether anything but the name was entered, so that the form shows it. */
export function hasMore(entered: NewTenant): boolean {
  const { host, memoryMb, maxConnections, allowText, notes, tags } = entered
  return (
    host !== undefined ||
    memoryMb !== '' ||
    maxConnections !== '' ||
    `${allowText}${notes}`.trim() !== '' ||
    tags.length > 0
  )
}

/** Whether each number can be used as it stands, or is left to the settings. */
export function hasUsableNumbers({ memoryMb, maxConnections }: NewTenant): boolean {
  const fits = (typed: Typed, range: WholeRange): boolean =>
    typed === '' || readWhole(typed, range) !== undefined
  return fits(memoryMb, memoryMbRange) && fits(maxConnections, maxConnectionsRange)
}

/** The call for what has usable numbers. */
export function toCreateInput(entered: NewTenant, allow: NewAllow) {
  const { name, host, notes, tags } = entered
  const memoryMb = readWhole(entered.memoryMb, memoryMbRange)
  const maxConnections = readWhole(entered.maxConnections, maxConnectionsRange)
  return {
    name: name.trim(),
    ...(host === undefined ? {} : { host }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(allow.entries.length === 0 ? {} : { allow: [...allow.entries] }),
    ...(allow.confirmed === undefined ? {} : { confirmed: allow.confirmed }),
    ...(notes.trim() === '' ? {} : { notes }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
  }
}

export type CreateField = 'name' | 'memory' | 'connections' | 'allow' | 'notes' | 'tags' | 'host'

/** `field` of INVALID_INPUT, which names fields as the command line does. */
const fields: Readonly<Record<string, CreateField>> = {
  'tenant name': 'name',
  memory: 'memory',
  'max-connections': 'connections',
  notes: 'notes',
  tag: 'tags',
  label: 'allow',
  allowlist: 'allow',
}

/** The field that a refusal is about; undefined where it is about none. */
export function fieldOf(code: string, details: Readonly<Record<string, unknown>>): CreateField | undefined {
  switch (code) {
    case 'NAME_TAKEN':
      return 'name'
    case 'INVALID_INPUT':
      return fields[String(details['field'])]
    case 'ADDRESS_INVALID':
    case 'ALLOWLISTS_FULL':
      return 'allow'
    case 'MEMORY_OVERCOMMITTED':
      return 'memory'
    case 'HOST_NOT_NAMED':
      return 'host'
    default:
      return undefined
  }
}
