/** JSON, as the log of operations holds what was so before and after. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

interface Values {
  readonly before: Json
  readonly after: Json
}

/**
 * The values of an operation, its allowlists without the entries that both have alike: else one address that comes or
 * goes puts a list of a thousand into the log twice. A list that only one side has stays as it is.
 * @example withoutKept({ before: { allow: [a, b] }, after: { allow: [b, c] } }) // { before: { allow: [a] }, after: { allow: [c] } }
 */
export function withoutKept({ before, after }: Values): Values {
  const [was, became] = [readList(before), readList(after)]
  if (was === null || became === null) return { before, after }
  const [old, now] = [new Set(was.allow.map(keyOf)), new Set(became.allow.map(keyOf))]
  return {
    before: { ...was, allow: was.allow.filter((entry) => !now.has(keyOf(entry))) },
    after: { ...became, allow: became.allow.filter((entry) => !old.has(keyOf(entry))) },
  }
}

function readList(value: Json): { [key: string]: Json; allow: Json[] } | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
  const allow = value['allow']
  return Array.isArray(allow) ? { ...value, allow } : null
}

/** Another label makes another entry of it. */
function keyOf(entry: Json): string {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return JSON.stringify(entry)
  return JSON.stringify([entry['cidr'], entry['label']])
}
