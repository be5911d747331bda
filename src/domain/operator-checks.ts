import type { CheckLine } from '../contract/host.ts'
import { describeLeaving } from '../core/operator/operator.ts'
import { line, prepare } from './check-line.ts'
import type { HostObservation } from './host-observation.ts'
import { listOperators, type Operator } from './operators.ts'

/** Operators who may run the helper on a host, and those of them who should not any more. */
export function describeOperators(seen: HostObservation): CheckLine[] {
  const operators = listOperators(seen)
  if (operators.length === 0) return []
  const staying = operators.filter(({ standing, isSelf }) => standing === 'present' || isSelf)
  const others = operators.filter((operator) => !staying.includes(operator))
  const names = staying.map(({ name }) => name)
  return [
    ...(names.length === 0 ? [] : [line('Operators', 'good', `${names.join(', ')} may run the helper.`)]),
    ...others.map((operator) => describeOther(seen.host, operator)),
  ]
}

function describeOther(host: string, { name, standing, other }: Operator): CheckLine {
  const why = describeLeaving(standing, other)
  if (why !== null) return line('Operators', 'missing', `${name} may run the helper: ${why}.`, prepare)
  if (standing === 'reused') {
    const sentence = `The rule of ${name} goes by a uid that ${other} has now, whom the helper refuses.`
    return line('Operators', 'missing', sentence, prepare)
  }
  const sentence = `${name} may run the helper; whether they still have an account and Docker there could not be looked up.`
  const advice = `If they left: \`memharbor host operators ${host} --remove ${name}\`.`
  return line('Operators', 'note', sentence, advice)
}
