import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { foreground, status } from './commands.mjs'
import {
  checkNode,
  ensureNpmPackages,
  ensurePrograms,
  keyringBuildPrograms,
  observeRoot,
  sandboxPrograms,
  testPrograms,
} from './setup.mjs'
import { readResults, showResults } from './test-results.mjs'
import { say } from './words.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
checkNode()
if (observeRoot() === 'self') {
  ensurePrograms([...keyringBuildPrograms, ...sandboxPrograms, ...testPrograms], 'by the tests')
} else {
  const why = process.platform === 'linux' ? 'this user is not root' : 'this is not Linux'
  say(
    `Left out: every test that makes real hosts (network namespaces, dockerd, sshd, iptables), because ${why}.`,
  )
}
await ensureNpmPackages()

const chosen = process.argv.slice(2)
const checks = chosen.length > 0 ? [] : ['lint', 'typecheck', 'knip', 'build']
const failed = checks.filter((check) => {
  say(`npm run ${check}`)
  return status('npm', ['run', '--silent', check]) !== 0
})

const directory = mkdtempSync(join(tmpdir(), 'memharbor-test-'))
const resultsFile = join(directory, 'results.json')
// What the long run measures are annotations, which only this reporter prints of tests that pass.
const shown = chosen.includes('long') ? 'verbose' : 'default'
const reporters = [`--reporter=${shown}`, '--reporter=json', `--outputFile.json=${resultsFile}`]
const vitest = 'node_modules/vitest/vitest.mjs'
const ended = await foreground(process.execPath, [vitest, 'run', ...reporters, ...chosen])
const results = readResults(resultsFile)
rmSync(directory, { recursive: true })

for (const check of failed) say(`npm run ${check} failed; what it said is above.`)
process.exitCode = failed.length === 0 && ended === 0 && results.failed === 0 ? 0 : 1
showResults(results)
