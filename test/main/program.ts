import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { bundledPackages, noBuildSessions } from '../../src/main/bundled-packages.ts'
import { buildApp } from '../e2e/build-app.ts'

/** A program of the tests as a file that plain Node can run. */
export interface BuiltProgram {
  readonly path: string
  remove(): Promise<void>
}

/** Bundles a TypeScript file as the application is bundled. */
export async function buildProgram(entry: string): Promise<BuiltProgram> {
  // Inside of the project, because the other packages are looked for from the bundle's folder upwards.
  const parent = join(import.meta.dirname, '../../node_modules/.test-programs')
  await mkdir(parent, { recursive: true })
  const outDir = await mkdtemp(join(parent, 'program-'))
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [noBuildSessions],
    ssr: { noExternal: bundledPackages },
    build: {
      ssr: entry,
      outDir,
      target: 'node20',
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'program.mjs' } },
    },
  })
  return { path: join(outDir, 'program.mjs'), remove: () => rm(outDir, { recursive: true, force: true }) }
}

/** The command line as it is shipped: made once for all test files. */
export async function buildCommandLine(): Promise<Pick<BuiltProgram, 'path'>> {
  const { cli } = await buildApp()
  return { path: cli }
}
