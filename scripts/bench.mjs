import { fileURLToPath } from 'node:url'
import { endWithNpm, foreground, status } from './commands.mjs'
import { checkNode, ensureNpmPackages, ensurePrograms, observeRoot, sandboxPrograms } from './setup.mjs'
import { giveUp, say } from './words.mjs'

endWithNpm()
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
checkNode()
if (observeRoot() !== 'self') {
  giveUp('npm run bench makes hosts out of Linux namespaces: start it as root, on Debian or Ubuntu.')
}
ensurePrograms(sandboxPrograms, 'by the benchmarks')
await ensureNpmPackages()

const build = (what, program, args) => {
  say(`Building ${what}.`)
  const ended = status(process.execPath, [`node_modules/.bin/${program}`, ...args, '--logLevel', 'warn'])
  if (ended !== 0) giveUp(`${what} could not be built; what was said is above.`)
}
build('Memharbor', 'electron-vite', ['build'])
build('the benchmarks', 'vite', ['build', '--ssr', 'bench/main.ts', '--outDir', 'out/bench'])

process.exitCode = await foreground(process.execPath, ['out/bench/main.js', ...process.argv.slice(2)])
