import type { CheckLine } from '../../contract/host.ts'
import { line, prepare } from '../../domain/check-line.ts'
import type { DockerFacts } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderShellName } from '../tenant/shell-name.ts'

/** The subject of these lines: bad for the tenants there, and nothing that keeps others from being created. */
export const downSubject = 'Tenants'

/** In the command that starts them again, at most. */
const mostInCommand = 5

/** A tenant that a host has by the store or by its own records. */
interface NamedTenant {
  readonly id: string
  readonly name: string
  /** The store has it as one that shall run; false: nothing but the host has it, or it is being made or deleted. */
  readonly present: boolean
}

/** Tenants that should run and do not, and those that would not run again after Docker itself was killed. */
export function describeDown(
  { tenants, down, staysDown }: Pick<DockerFacts, 'tenants' | 'down' | 'staysDown'>,
  named: readonly NamedTenant[],
): CheckLine[] {
  const names = new Map(named.map(({ id, name }) => [id, name]))
  const there = new Set(tenants)
  const gone = named.filter(({ id, present }) => present && !there.has(id)).map(({ id }) => id)
  const ended = [...down, ...gone].map((id) => names.get(id) ?? id).sort()
  const left = staysDown.map((id) => names.get(id) ?? id).sort()
  const all = tenants.length + gone.length
  return [
    ...(ended.length === 0 ? [] : [describeEnded(ended, all)]),
    ...(left.length === 0 ? [] : [describeLeft(left, all)]),
  ]
}

function describeEnded(ended: readonly string[], all: number): CheckLine {
  const which = ended.slice(0, mostInCommand).map(renderShellName).join(' ')
  return line(
    downSubject,
    'bad',
    `${countOf(ended.length, all)} ${ended.length === 1 ? 'does' : 'do'} not run: ${listNames(ended)}.`,
    `\`memharbor tenant restart ${which}\` starts ${ended.length === 1 ? 'it' : 'them'}, with an empty cache.`,
  )
}

function describeLeft(left: readonly string[], all: number): CheckLine {
  const sentence = `${countOf(left.length, all)} would stay down when Docker itself is killed and starts again: ${listNames(left)}.`
  return line(downSubject, 'note', sentence, `${prepare} That changes it in place, and the caches are kept.`)
}

const countOf = (some: number, all: number): string =>
  `${some.toLocaleString('en')} of ${all.toLocaleString('en')} tenants`
