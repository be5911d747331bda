import { describeNodes } from './node-suite.ts'
import { oldestNode } from './pinned.ts'

await describeNodes({
  // People put the newer npm beside the oldest Node, too.
  [oldestNode]: { program: true, npms: [11] },
  '22.23.3': { program: true, npms: [10] },
  '24.21.0': { program: true, npms: [11] },
})
