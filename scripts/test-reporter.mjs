import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/**
 * A reporter of vitest that writes what the sum needs to the file named by MEMHARBOR_TEST_RESULTS:
 * `{"files": [{"name": "test/a.test.ts", "ms": 1204, "failed": false, "tests": [{"name": "suite > test",
 * "state": "passed"}]}]}`. The time of a file is that of loading it, its hooks and its tests.
 */
export default class {
  onTestRunEnd(modules) {
    const files = modules.map((module) => {
      const { collectDuration, duration } = module.diagnostic()
      return {
        name: relative(process.cwd(), module.moduleId),
        ms: collectDuration + duration,
        failed: module.state() === 'failed',
        tests: [...module.children.allTests()].map((test) => ({
          name: test.fullName,
          state: test.result().state,
        })),
      }
    })
    const path = process.env.MEMHARBOR_TEST_RESULTS
    if (path !== undefined) writeFileSync(path, JSON.stringify({ files }))
  }
}
