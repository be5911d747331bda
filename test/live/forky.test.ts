import { testLiveHost } from './live-host-suite.ts'

// In `npm test` neighbours are tried on hosts without a systemd of their own, and on live ones in the long run.
await testLiveHost({ suite: 'forky', withNeighbours: false })
