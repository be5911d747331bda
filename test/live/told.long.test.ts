import { startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import { testTold } from './told-suite.ts'

for (const suite of ['trixie', 'forky'] as const)
  testTold({
    title: `a live host of ${suite}`,
    root: await observeLiveRoot(suite),
    start: (root) => startLiveHost({ root, sudo: 'nopasswd' }),
    patienceMs: 60_000,
    // The kernel is the machine's: where its systemd wants cgroup v2 it has no memory limits for such a host.
    always: ['limits'],
  })
