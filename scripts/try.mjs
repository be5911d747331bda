import { fileURLToPath } from 'node:url'
import { build, ensureBuilt } from './build.mjs'
import { endSignals, endWithNpm, foreground } from './commands.mjs'
import { checkNode, ensureNpmPackages, ensurePrograms, observeRoot, sandboxPrograms } from './setup.mjs'
import { forPanel, giveUp, say } from './words.mjs'

const words = process.argv.slice(2)
const unknown = words.filter((word) => !['--once', '--json', '--for-panel'].includes(word))
if (unknown.length > 0) {
  say(`npm run try does not know ${unknown.join(' ')}. It takes: -- --once (end after the proof), -- --json.`)
  process.exit(2)
}

// A signal ends what is running, and what that has begun is put back; its status then ends this program.
let asked = 0
for (const [signal, number] of Object.entries(endSignals)) {
  process.on(signal, () => {
    asked ||= 128 + number
  })
}
endWithNpm()
if (forPanel) {
  // However the panel ends, this ends too, with what it runs and without words: nobody reads them.
  process.stderr.on('error', () => {})
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  if (!process.connected) process.exit(128 + endSignals.SIGTERM)
}

/** A signal that came while a program had the foreground to itself is heard only now. */
const endIfAsked = async () => {
  await new Promise(setImmediate)
  if (asked > 0) process.exit(asked)
}

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
await endIfAsked()
await ensureNpmPackages()
await endIfAsked()
await ensureBuilt()
await endIfAsked()
await build('the sandbox', 'vite', ['build', '--ssr', 'test/hosts/try/main.ts', '--outDir', 'out/try'])

const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
await endIfAsked()
const ended = await foreground(process.execPath, ['out/try/main.js', ...words], stdio)
// The channel to a panel would keep this program.
process.exit(ended)
