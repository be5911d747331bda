/** A table of Docker's answer, whose values nobody has looked at. */
export type Table = Readonly<Record<string, unknown>>

/** Docker's ways to say nothing: null, false, 0, an empty text, list or table. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** Whether none of these is set. */
export const isBare = (table: Table, names: readonly string[]): boolean =>
  names.every((name) => isEmpty(table[name]))

/** Whether both say the same, or both nothing. */
export const isSame = (one: unknown, other: unknown): boolean =>
  (isEmpty(one) && isEmpty(other)) || JSON.stringify(one) === JSON.stringify(other)

/** Undefined for what is no table. */
export const readTable = (value: unknown): Table | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined

/** The value at a path of names; undefined where there is none. */
export function read(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((held, name) => readTable(held)?.[name], value)
}

/** Undefined for what is no list of texts. */
export const readTexts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
