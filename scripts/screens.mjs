import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { endWithNpm, foreground } from './commands.mjs'
import { checkNode, ensureNpmPackages, ensurePrograms, observeRoot, sandboxPrograms } from './setup.mjs'
import { giveUp } from './words.mjs'

/** Programs that take the pictures and make them small, and a font for the names of tenants in any script. */
const picturePrograms = [
  { program: 'chromium', package: 'chromium' },
  { program: 'pngquant', package: 'pngquant' },
  { program: '/var/lib/dpkg/info/fonts-wqy-microhei.list', package: 'fonts-wqy-microhei' },
]

endWithNpm()
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
checkNode()
if (observeRoot() !== 'self') {
  giveUp('npm run screens makes a host out of Linux namespaces: start it as root, on Debian or Ubuntu.')
}
ensurePrograms([...sandboxPrograms, ...picturePrograms], 'by the pictures')
await ensureNpmPackages()
await build('the pictures', 'vite', ['build', '--ssr', 'test/e2e/screens/main.ts', '--outDir', 'out/screens'])

// npm run screens [-- part of the pictures' names | --docs] [real | secrets | troubles | memory]
const [only = '', ...stages] = process.argv.slice(2)
const folder = only === '--docs' ? 'docs/screens' : 'out/pictures'
process.exitCode = await foreground(process.execPath, ['out/screens/main.js', folder, only, ...stages])
