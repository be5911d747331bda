import { startEmulatedHost } from '../hosts/emulated/emulated-host.ts'
import { observeEmulatedRoot } from '../hosts/emulated/emulated-platform.ts'
import { testTold } from '../live/told-suite.ts'
import { minute, patientLimits } from './patience.ts'

testTold({
  title: 'an emulated host with cgroup v2',
  root: await observeEmulatedRoot(),
  start: (root) => startEmulatedHost({ root, sudo: 'nopasswd' }),
  patienceMs: 6 * minute,
  timeLimits: patientLimits,
  always: [],
})
