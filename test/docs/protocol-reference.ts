import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** The values that a field of a request takes, as describe-requests.py lists them. */
type Value =
  | { readonly kind: 'object'; readonly fields: readonly Field[] }
  | { readonly kind: 'nullable'; readonly of: Value }
  | { readonly kind: 'list'; readonly most: number; readonly of: Value }
  | { readonly kind: 'number' | 'text'; readonly low: number; readonly high: number }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'other'; readonly parser: string }

interface Field {
  readonly name: string
  readonly required: boolean
  /** The value of a field that is left out. */
  readonly default: unknown
  readonly value: Value
}

/** The helper's side of the protocol. */
interface ProtocolFacts {
  readonly version: string
  readonly protocol: number
  /** Operations that there is code for. */
  readonly carriedOut: readonly string[]
  readonly requests: Readonly<Record<string, Value>>
  /** Codes of refusals. */
  readonly codes: readonly string[]
}

/** The words that the rule of a key has to hold: numbers without their commas, and patterns. */
interface Rule {
  readonly key: string
  readonly says: readonly string[]
}

export async function observeProtocol(project: string): Promise<ProtocolFacts> {
  const helper = join(project, 'resources/host/memharbor-host')
  const script = join(import.meta.dirname, 'describe-requests.py')
  const { stdout } = await execa('python3', ['-IS', script, helper])
  const source = await readFile(helper, 'utf8')
  // raise Refusal('stale', …) and {'ok': False, 'code': 'kernel', …}
  const codes = [...source.matchAll(/Refusal\('([a-z]+)'|'code': '([a-z]+)'/g)].map(
    ([, raised = '', replied = '']) => raised + replied,
  )
  return { ...(JSON.parse(stdout) as Omit<ProtocolFacts, 'codes'>), codes: [...new Set(codes)].sort() }
}

/** The keys of a request besides `v` and `op`: `` `operationId`, `ifRevision` or null, `port`? (30) ``. */
export function renderKeys(request: Value): string {
  return ownFields(request).map(renderField).join(', ')
}

function renderField({ name, required, default: preset, value }: Field): string {
  const word = `\`${name}${renderShape(value)}\``
  if (required) return value.kind === 'nullable' ? `${word} or null` : word
  if (value.kind !== 'pattern') return preset === null ? `${word}?` : `${word}? (${preset})`
  const others = value.pattern.split('|').filter((choice) => choice !== preset)
  return `${word}? (\`${preset}\`, else ${others.map((choice) => `\`${choice}\``).join(', ')})`
}

/** ` {from, to}` for an object, ` [{cidr, label}]` for a list of them; nothing for plain values. */
function renderShape(value: Value): string {
  if (value.kind === 'nullable') return renderShape(value.of)
  if (value.kind === 'list') return value.of.kind === 'object' ? ` [${renderShape(value.of).trim()}]` : ''
  if (value.kind !== 'object') return ''
  const names = value.fields.map(
    ({ name, required, value: inner }) => `${name}${renderShape(inner)}${required ? '' : '?'}`,
  )
  return ` {${names.join(', ')}}`
}

/** Everything that the rules of keys have to say, once for each key and rule. */
export function listRules(facts: ProtocolFacts): Rule[] {
  const rules = Object.values(facts.requests).flatMap((request) => ownFields(request).flatMap(rulesOf))
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()]
}

function rulesOf({ name: key, value }: Field): Rule[] {
  switch (value.kind) {
    case 'object':
      return value.fields.flatMap(rulesOf)
    case 'nullable':
      return rulesOf({ name: key, required: true, default: null, value: value.of })
    case 'list': {
      const inner = rulesOf({ name: key, required: true, default: null, value: value.of })
      return [{ key, says: [String(value.most)] }, ...inner]
    }
    case 'number':
    case 'text':
      return [{ key, says: [String(value.low), String(value.high)] }]
    // Words to choose from stand with the operation.
    case 'pattern':
      return /^[a-z|-]+$/.test(value.pattern) ? [] : [{ key, says: [value.pattern] }]
    case 'other':
      return [{ key, says: [] }]
  }
}

const ownFields = (request: Value): readonly Field[] =>
  request.kind === 'object' ? request.fields.filter(({ name }) => name !== 'v' && name !== 'op') : []
