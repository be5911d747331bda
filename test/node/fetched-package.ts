import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { testCache } from '../test-cache.ts'

/** A package of the npm registry that no file of the project depends on. */
export interface PinnedPackage {
  readonly name: string
  readonly version: string
  /** The digest of the packed file, as lock files have it: `sha512-qHnz5tFsHoj/WM+…`. */
  readonly integrity: string
}

/** The folder that the package is in, or why it could not be had, for the name of a skipped test. */
export type FetchedPackage =
  | { readonly kind: 'there'; readonly path: string }
  | { readonly kind: 'missing'; readonly reason: string }

/** How long npm may take to fetch one; they have up to 60 MB. */
const fetchWithinMs = 180_000

const leftoverMs = 24 * 60 * 60 * 1000

/** `[{"filename": "npm-10.9.9.tgz", "integrity": "sha512-…", …}]` */
const packed = z.tuple([z.object({ filename: z.string(), integrity: z.string() })])

/**
 * Fetches a package once for all runs, without running anything of it.
 * @throws when the registry has another file under that name than the one known
 */
export const ensurePackage = async (wanted: PinnedPackage): Promise<FetchedPackage> => {
  const path = join(testCache(), `${wanted.name}-${wanted.version}`)
  if (await isThere(path)) return { kind: 'there', path }
  const fresh = await openFresh().catch((error: Error) => error)
  if (fresh instanceof Error) return missing(wanted, fresh.message)
  try {
    const file = await pack(fresh, wanted)
    if (typeof file === 'string') return missing(wanted, file)
    if (file.integrity !== wanted.integrity) {
      throw new Error(`${wanted.name} ${wanted.version} is not the file that is known: ${file.integrity}`)
    }
    await execa('tar', ['-xzf', file.filename, '--no-same-owner'], { cwd: fresh })
    // Tests start what is in there as an ordinary user.
    await chmod(join(fresh, 'package'), 0o755)
    // Another run may have been faster; its package is the same.
    await rename(join(fresh, 'package'), path).catch(async (error: unknown) => {
      if (!(await isThere(path))) throw error
    })
    return { kind: 'there', path }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

const missing = ({ name, version }: PinnedPackage, why: string): FetchedPackage => ({
  kind: 'missing',
  reason: `${name} ${version}: ${why}`,
})

/** A folder beside the packages, so that renaming moves a whole one. */
const openFresh = async (): Promise<string> => {
  const cache = testCache()
  await mkdir(cache, { recursive: true })
  await removeLeftovers(cache)
  return await mkdtemp(join(cache, 'fetching-'))
}

/** Fetches the packed file; else returns npm's first line, such as `npm error code ETARGET`. */
const pack = async (folder: string, { name, version }: PinnedPackage) => {
  const quiet = ['--loglevel=error', '--fetch-retries=1', '--update-notifier=false']
  const args = ['pack', '--json', ...quiet, '--pack-destination', folder, `${name}@${version}`]
  const result = await execa('npm', args, { cwd: folder, timeout: fetchWithinMs, reject: false })
  if (!result.failed) return packed.parse(JSON.parse(result.stdout))[0]
  return (result.stderr.trim() || (result.shortMessage ?? '')).split('\n')[0] ?? ''
}

/** Fetches that were killed leave folders behind. */
const removeLeftovers = async (cache: string): Promise<void> => {
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    if (!name.startsWith('fetching-')) continue
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now())
    if (age > leftoverMs) await rm(path, { recursive: true, force: true })
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
