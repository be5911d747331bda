import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { bundledPackages, noBuildSessions } from '../../src/main/bundled-packages.ts'
import { buildApp, builtPrograms, hashSources, sources } from '../e2e/build-app.ts'
import { buildOnce } from '../e2e/build-once.ts'

/** A program of the tests as a file that plain Node can run. */
export interface BuiltProgram {
  readonly path: string
  remove(): Promise<void>
}

/** Bundles a TypeScript file as the application is bundled. */
export async function buildProgram(entry: string): Promise<BuiltProgram> {
  const outDir = await bundle(entry)
  return { path: join(outDir, 'program.mjs'), remove: () => rm(outDir, { recursive: true, force: true }) }
}

/** The same for a file that several test files run: bundled once for all of them, until a source has changed. */
export async function buildSharedProgram(entry: string): Promise<Pick<BuiltProgram, 'path'>> {
  await mkdir(builtPrograms, { recursive: true })
  const hash = await hashSources([...sources, 'test'], entry)
  const folder = join(builtPrograms, `shared-${basename(entry, '.ts')}-${hash}`)
  await buildOnce(folder, () => bundle(entry))
  return { path: join(folder, 'program.mjs') }
}

async function bundle(entry: string): Promise<string> {
  await mkdir(builtPrograms, { recursive: true })
  const outDir = await mkdtemp(join(builtPrograms, 'program-'))
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
  return outDir
}

/** The command line as it is shipped: made once for all test files. */
export async function buildCommandLine(): Promise<Pick<BuiltProgram, 'path'>> {
  const { cli } = await buildApp()
  return { path: cli }
}
