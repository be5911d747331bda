import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tryLock } from 'fs-native-extensions'
import { testCache } from '../../test-cache.ts'
import { until } from '../condition.ts'
import { buildRoot, type RootSpec } from './build-root.ts'
import { observeMirror } from './mirror.ts'
import { packagesOf } from './suites.ts'

/** A root folder that nobody writes to, or why there is none. */
export type CachedRoot =
  | { readonly kind: 'ready'; readonly path: string }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** Raised when roots are made in another way, so that older ones are not taken for them. */
const recipe = 1

const unusedMs = 7 * 24 * 60 * 60_000

/**
 * The root of a spec, made when it is missing. Its name holds what it is made of, so a changed list makes another one.
 * Several processes may ask at once: one makes it, the others wait. A root is whole when it bears its name, because
 * it gets it last. Root on Linux only, with debootstrap and apt.
 */
export const ensureRoot = async (spec: RootSpec): Promise<CachedRoot> => {
  const folder = testCache()
  const path = `${folder}/${spec.suite}-${stampOf(spec)}`
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  if (!existsSync(path)) {
    const made = await underLock(`${path}.lock`, () => makeRoot(spec, folder, path))
    if (made !== null) return { kind: 'unavailable', reason: made }
  }
  const now = new Date()
  utimesSync(path, now, now)
  return { kind: 'ready', path }
}

const stampOf = ({ suite, packages = [] }: RootSpec): string =>
  createHash('sha256')
    .update(JSON.stringify([recipe, packagesOf(suite), packages]))
    .digest('hex')
    .slice(0, 12)

/** Returns why it could not be made, null when it is there. */
const makeRoot = async (spec: RootSpec, folder: string, path: string): Promise<string | null> => {
  if (existsSync(path)) return null
  const partial = `${path}.partial`
  // Its maker was killed, or the lock would not have been free.
  await rm(partial, { recursive: true, force: true })
  const mirror = await observeMirror(spec.suite)
  if (mirror.kind === 'none') return mirror.reason
  const built = await buildRoot(spec, partial, mirror.url)
  if (built.kind === 'failed') {
    await rm(partial, { recursive: true, force: true })
    return built.reason
  }
  renameSync(partial, path)
  await removeUnused(folder, spec)
  return null
}

/** Roots of the same suite that another list of packages made, and nobody asked for in a week. */
const removeUnused = async (folder: string, { suite }: RootSpec): Promise<void> => {
  const named = new RegExp(`^${suite}-[0-9a-f]{12}$`)
  for (const path of readdirSync(folder)
    .filter((name) => named.test(name))
    .map((name) => `${folder}/${name}`)) {
    if (Date.now() - statSync(path).mtimeMs > unusedMs) await rm(path, { recursive: true, force: true })
  }
}

/** The kernel gives the lock back when its holder dies. The file stays: a new one of the name would be another lock. */
const underLock = async <Value>(path: string, action: () => Promise<Value>): Promise<Value> => {
  const fd = openSync(path, 'a', 0o600)
  try {
    await until(`another run has made ${path}`, () => tryLock(fd, 0, 1), 30 * 60_000)
    return await action()
  } finally {
    closeSync(fd)
  }
}
