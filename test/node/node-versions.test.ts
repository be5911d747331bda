import { describeNodes } from './node-suite.ts'
import { newestNode, oldestNode } from './pinned.ts'

// Each with the npm that it brings along.
await describeNodes({
  [oldestNode]: { program: false, npms: [10] },
  [newestNode]: { program: true, npms: [11] },
})
