import { readFileSync } from 'node:fs'

/**
 * Reads what test-reporter.mjs writes. A file that failed without a failed test (it could not be loaded, or a hook
 * failed) counts as one failed test, and so does a run in which no file began.
 * @returns {{passed: number, failed: number, skipped: string[], files: {name: string, ms: number}[]}}
 */
export const readResults = (path) => {
  const files = readFiles(path)
  if (files === null || files.length === 0) return { passed: 0, failed: 1, skipped: [], files: [] }
  const tests = files.flatMap((file) => file.tests)
  const withState = (state) => tests.filter((test) => test.state === state)
  const broken = files.filter((file) => file.failed && !file.tests.some((test) => test.state === 'failed'))
  return {
    passed: withState('passed').length,
    failed: withState('failed').length + broken.length,
    skipped: tests
      .filter((test) => test.state !== 'passed' && test.state !== 'failed')
      .map((test) => test.name),
    files: files.map(({ name, ms }) => ({ name, ms })),
  }
}

const readFiles = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).files
  } catch {
    return null
  }
}

/** Slowest files that are listed. */
const slowest = 20

const render = (ms) => (ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : renderMinutes(Math.round(ms / 1_000)))
const renderMinutes = (seconds) => `${Math.floor(seconds / 60)} min ${seconds % 60} s`

/**
 * The slowest files, and how long the whole run took.
 * @param {{files: {name: string, ms: number}[], setUpMs: number, testsMs: number, checksMs?: number, wholeMs: number}} times
 *   in milliseconds; checks run beside the tests
 */
export const showTimes = ({ files, setUpMs, testsMs, checksMs, wholeMs }) => {
  const sorted = files.toSorted((a, b) => b.ms - a.ms).slice(0, slowest)
  if (sorted.length > 1) console.log(`The ${sorted.length} slowest of ${files.length} files:`)
  for (const { name, ms } of sorted) console.log(`${render(ms).padStart(12)}  ${name}`)
  const beside = checksMs === undefined ? '' : `, checks beside them ${render(checksMs)}`
  console.log(`Took ${render(wholeMs)}: set-up ${render(setUpMs)}, tests ${render(testsMs)}${beside}.`)
}

/** The names of what was skipped, then the line that sums up, alone and last. */
export const showResults = ({ passed, failed, skipped }) => {
  for (const name of skipped) console.log(`skipped: ${name}`)
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`)
}
