import { testLiveHost } from './live-host-suite.ts'

await testLiveHost({ suite: 'bookworm' })
await testLiveHost({ suite: 'trixie' })
await testLiveHost({ suite: 'trixie', sudoRs: true, uutils: true })
await testLiveHost({ suite: 'forky', sudoRs: true })
await testLiveHost({ suite: 'forky', uutils: true })
