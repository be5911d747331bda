import { readFileSync } from 'node:fs'

/**
 * Reads vitest's JSON report: `{"testResults": [{"name": "/…/a.test.ts", "status": "failed", "message": "…",
 * "assertionResults": [{"fullName": "suite test", "status": "passed"}]}]}`. A file that failed without a failed test
 * (it could not be loaded, or a hook failed) counts as one failed test.
 * @returns {{passed: number, failed: number, skipped: string[]}}
 */
export const readResults = (path) => {
  const files = readFiles(path)
  if (files === null) return { passed: 0, failed: 1, skipped: [] }
  const tests = files.flatMap((file) => file.assertionResults)
  const withStatus = (status) => tests.filter((test) => test.status === status)
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: withStatus('passed').length,
    failed: withStatus('failed').length + broken.length,
    skipped: tests
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => test.fullName.trim()),
  }
}

const readFiles = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).testResults
  } catch {
    return null
  }
}

/** The names of what was skipped, then the line that sums up, alone and last. */
export const showResults = ({ passed, failed, skipped }) => {
  for (const name of skipped) console.log(`skipped: ${name}`)
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`)
}
