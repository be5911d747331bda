import type { WholeRange } from '../../../contract/limits.ts'
import { readWhole, type Typed } from '../../ui/read-whole.ts'

/** The stored numbers of the fields that are saved together. */
export type Stored = Readonly<Record<string, number>>

/** The entries typed since then; a field without one shows its stored number. */
export type TypedFields<Fields extends Stored> = { readonly [Key in keyof Fields]?: Typed }

type Ranges<Fields extends Stored> = { readonly [Key in keyof Fields]: WholeRange }

const keysOf = <Fields extends Stored>(fields: Fields): readonly (keyof Fields)[] => Object.keys(fields)

/** The numbers in the fields; undefined while one of them can't be used. */
export function readFields<Fields extends Stored>(
  stored: Fields,
  typed: TypedFields<Fields>,
  ranges: Ranges<Fields>,
): Fields | undefined {
  const read = keysOf(stored).map((key) => [key, readWhole(typed[key] ?? Number(stored[key]), ranges[key])])
  return read.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(read)
}

/** Whether something stands in the fields that is not what is stored. */
export function isUnsaved<Fields extends Stored>(
  stored: Fields,
  typed: TypedFields<Fields>,
  ranges: Ranges<Fields>,
): boolean {
  return keysOf(stored).some((key) => {
    const entry = typed[key]
    return entry !== undefined && readWhole(entry, ranges[key]) !== stored[key]
  })
}

/** The entries to keep once something is stored: those typed while it was on its way. */
export function keepNewer<Fields extends Stored>(
  saved: Fields,
  typed: TypedFields<Fields>,
  ranges: Ranges<Fields>,
): TypedFields<Fields> {
  const newer = keysOf(saved)
    .map((key) => [key, typed[key]] as const)
    .filter(([key, entry]) => entry !== undefined && readWhole(entry, ranges[key]) !== saved[key])
  return Object.fromEntries(newer) as TypedFields<Fields>
}
