import { fileURLToPath } from 'node:url'
import { foreground, status } from './commands.mjs'
import { checkNode, ensureNpmPackages, ensurePrograms, observeRoot, sandboxPrograms } from './setup.mjs'
import { giveUp, say } from './words.mjs'

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
ensureNpmPackages()

const build = (args, what) => {
  say(`Building ${what}.`)
  if (status('npx', [...args, '--logLevel', 'warn']) !== 0) giveUp(`${what} could not be built; see above.`)
}
build(['electron-vite', 'build'], 'Memharbor')
build(['vite', 'build', '--ssr', 'test/hosts/try/main.ts', '--outDir', 'out/try'], 'the sandbox')

process.exitCode = await foreground(process.execPath, ['out/try/main.js', ...process.argv.slice(2)])
