import { chmod } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { PluginOption } from 'vite'
import { nonceMetaName } from './src/contract/page-session.ts'
import { bundledPackages, noBuildSessions } from './src/main/bundled-packages.ts'
import { renderDevelopmentPolicy } from './src/main/page/content-policy.ts'

/** A command line that npm has linked once is started as a program, and every build writes it anew. */
const executable = {
  name: 'executable-command-line',
  writeBundle: ({ dir = '' }: { dir?: string }) => chmod(join(dir, 'cli.js'), 0o755),
}

/** Its own package fetches Electron's binary when it is first asked where that is, and electron-vite does not ask. */
const electronBinary = {
  name: 'electron-binary',
  buildStart: () => {
    process.env['ELECTRON_EXEC_PATH'] ??= String(createRequire(import.meta.url)('electron'))
  },
}

/** In development the page comes from Vite, which puts a script of its own into it and keeps a socket open. */
const nonce = 'development'

const development = {
  html: { cspNonce: nonce },
  server: { headers: { 'content-security-policy': renderDevelopmentPolicy(nonce) } },
}

const developmentNonce: PluginOption = {
  name: 'development-nonce',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { name: nonceMetaName, content: nonce }, injectTo: 'head-prepend' },
  ],
}

export default defineConfig(({ command }) => ({
  main: {
    plugins: [executable, noBuildSessions, ...(command === 'serve' ? [electronBinary] : [])],
    build: {
      ...(command === 'serve' ? { watch: {} } : {}),
      externalizeDeps: { exclude: bundledPackages },
      target: 'node20',
      rollupOptions: {
        input: { index: 'src/main/index.ts', web: 'src/main/web.ts', cli: 'src/main/cli.ts' },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  // A sandboxed page loads only CommonJS preloads, so the whole of it is bundled into one .cjs file.
  preload: {
    build: {
      ...(command === 'serve' ? { watch: {} } : {}),
      target: 'node20',
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
      externalizeDeps: false,
    },
  },
  renderer: {
    plugins: [react(), ...(command === 'serve' ? [developmentNonce] : [])],
    ...(command === 'serve' ? development : {}),
    // The page is read from the disk, so one file is best; `npm run bench -- panel` watches how large it is.
    build: { target: 'chrome130', minify: true, chunkSizeWarningLimit: 1200 },
  },
}))
