import { fileURLToPath } from 'node:url'
import { build, ensureBuilt } from './build.mjs'
import { endSignals, endWithNpm, foreground } from './commands.mjs'
import { checkNode, ensureNpmPackages, ensurePrograms, observeRoot, sandboxPrograms } from './setup.mjs'
import { giveUp, say } from './words.mjs'

const words = process.argv.slice(2)
const unknown = words.filter((word) => word !== '--once' && word !== '--json')
if (unknown.length > 0) {
  say(`npm run try does not know ${unknown.join(' ')}. It takes: -- --once (end after the proof), -- --json.`)
  process.exit(2)
}

// A signal ends what is running, and what that has begun is put back; its status then ends this program.
for (const signal of Object.keys(endSignals)) process.on(signal, () => {})
endWithNpm()

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
checkNode()
if (process.platform !== 'linux') {
  giveUp(
    'npm run try makes a server out of Linux namespaces, so it needs Debian or Ubuntu (a virtual machine will do).',
  )
}
if (observeRoot() === 'none')
  giveUp('npm run try makes network namespaces: start it as root, or install sudo.')
ensurePrograms(sandboxPrograms, 'to make a sandbox server on this machine')
await ensureNpmPackages()

await ensureBuilt()
await build('the sandbox', 'vite', ['build', '--ssr', 'test/hosts/try/main.ts', '--outDir', 'out/try'])

const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
process.exitCode = await foreground(process.execPath, ['out/try/main.js', ...words], stdio)
