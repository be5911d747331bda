import { testLiveHost } from './live-host-suite.ts'

await testLiveHost({ suite: 'bookworm', withNeighbours: true })
await testLiveHost({ suite: 'trixie', withNeighbours: true })
await testLiveHost({ suite: 'trixie', sudoRs: true, uutils: true, withNeighbours: true })
await testLiveHost({ suite: 'forky', sudoRs: true, withNeighbours: true })
await testLiveHost({ suite: 'forky', uutils: true, withNeighbours: true })
