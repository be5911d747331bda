import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChecks } from './checks.mjs'
import { foreground } from './commands.mjs'
import {
  checkNode,
  ensureNpmPackages,
  ensurePrograms,
  keyringBuildPrograms,
  longTestPrograms,
  observeRoot,
  sandboxPrograms,
  testPrograms,
} from './setup.mjs'
import { readResults, showResults, showTimes } from './test-results.mjs'
import { say } from './words.mjs'

/** A caller that did something before, such as a fetch for the tests, gives the second of the epoch it began in. */
const beganAt = Number(process.env.MEMHARBOR_TEST_BEGAN ?? 0) * 1_000 || performance.timeOrigin

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
checkNode()
if (observeRoot() === 'self') {
  const ofLongRun = process.argv.includes('long') ? longTestPrograms : []
  ensurePrograms([...keyringBuildPrograms, ...sandboxPrograms, ...testPrograms, ...ofLongRun], 'by the tests')
} else {
  const why = process.platform === 'linux' ? 'this user is not root' : 'this is not Linux'
  say(
    `Left out: every test that makes real hosts (network namespaces, dockerd, sshd, iptables), because ${why}.`,
  )
}
await ensureNpmPackages()
const installedAt = Date.now()

const chosen = process.argv.slice(2)
const checking = chosen.length > 0 ? undefined : runChecks()

const directory = mkdtempSync(join(tmpdir(), 'memharbor-test-'))
const resultsFile = join(directory, 'results.json')
// Measurements of the long run are annotations, and only this reporter prints those of tests that pass.
const shown = chosen.includes('long') ? 'verbose' : 'default'
const reporters = [`--reporter=${shown}`, '--reporter=./scripts/test-reporter.mjs']
process.env.MEMHARBOR_TEST_RESULTS = resultsFile
const vitest = 'node_modules/vitest/vitest.mjs'
const ended = await foreground(process.execPath, [vitest, 'run', ...reporters, ...chosen])
const results = readResults(resultsFile)
rmSync(directory, { recursive: true })
const testedAt = Date.now()

const checks = await checking
for (const { name, output } of checks?.failed ?? []) say(`npm run ${name} failed:\n${output.trimEnd()}`)
const isGood = (checks?.failed ?? []).length === 0 && ended === 0 && results.failed === 0
process.exitCode = isGood ? 0 : 1
showTimes({
  files: results.files,
  setUpMs: installedAt - beganAt,
  testsMs: testedAt - installedAt,
  checksMs: checks?.ms,
  wholeMs: Date.now() - beganAt,
})
showResults(results)
