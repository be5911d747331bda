import { testLiveHost } from './live-host-suite.ts'

await testLiveHost({ suite: 'forky' })
