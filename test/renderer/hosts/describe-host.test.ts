import { expect, test } from 'vitest'
import type { HostStatus } from '../../../src/contract/panel.ts'
import { renderCheckBasis } from '../../../src/renderer/features/hosts/describe-host.ts'

type Basis = Parameters<typeof renderCheckBasis>[0]

const good: Basis = {
  connection: 'connected',
  problem: '',
  mode: 'filtered',
  filterFault: null,
  putBack: null,
  server: null,
}
const open: HostStatus['filterFault'] = { kind: 'open', sentence: 'It is gone.' }

test.each<[what: string, host: Basis, again: boolean]>([
  ['nothing changed', { ...good }, false],
  ['it had not been asked before', { ...good, connection: 'unknown' }, false],
  ['it is not reached', { ...good, connection: 'unreachable', problem: 'HOST_UNREACHABLE' }, true],
  ['its Docker stopped', { ...good, problem: 'DOCKER_UNREACHABLE' }, true],
  ['it was taken apart', { ...good, mode: 'unknown' }, true],
  ['its filter is gone', { ...good, filterFault: open }, true],
])('a check is made again: %s', (_what, host, again) => {
  expect(renderCheckBasis(host) !== renderCheckBasis(good)).toBe(again)
})
