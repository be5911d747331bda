import { readdir, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isPlainHostName, matchesHostLine, parseSshConfigLines } from '../../../domain/ssh-config-hosts.ts'

/** As in OpenSSH: deeper inclusions are taken for a file that includes itself. */
const deepestInclude = 16
/** Nobody's configuration is longer; a device or a film is. */
const largestFile = 1024 * 1024

/** Conditions for the names in a file: the patterns of the `Host` lines that it was included under. */
type Guard = readonly (readonly string[])[]

/**
 * The names in an OpenSSH client configuration that stand for one server, in their order. `Include` is followed as ssh
 * does: relative to ~/.ssh, with patterns, and within the `Host` block where it stands. What stands under `Match` is left
 * out, because that can depend on more than a name. Files that cannot be read are passed over.
 */
export async function readSshConfigNames(file: string, limit: number): Promise<string[]> {
  const names = new Set<string>()
  await readNames(file, [], 0, names, limit)
  return [...names].slice(0, limit)
}

async function readNames(
  file: string,
  outer: Guard,
  depth: number,
  names: Set<string>,
  limit: number,
): Promise<void> {
  if (depth > deepestInclude) return
  // Undefined below a `Match`.
  let block: Guard | undefined = outer
  for (const { keyword, words } of parseSshConfigLines(await readText(file))) {
    if (names.size >= limit) return
    if (keyword === 'match') block = words[0]?.toLowerCase() === 'all' ? outer : undefined
    if (keyword === 'host') {
      block = [...outer, words]
      const named = words.filter((word) => isPlainHostName(word))
      for (const name of named)
        if (block.every((patterns) => matchesHostLine(patterns, name))) names.add(name)
    }
    if (keyword === 'include' && block !== undefined) {
      const found = (await Promise.all(words.map(findIncluded))).flat()
      for (const included of found) await readNames(included, block, depth + 1, names, limit)
    }
  }
}

async function readText(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8')
    return text.length > largestFile ? '' : text
  } catch {
    return ''
  }
}

/** The files behind one word of `Include`, sorted as glob(7) does. */
async function findIncluded(word: string): Promise<string[]> {
  const home = os.homedir()
  const absolute = path.resolve(path.join(home, '.ssh'), word.replace(/^~(?=\/|$)/, home))
  const { root } = path.parse(absolute)
  let found = [root]
  for (const part of absolute.slice(root.length).split(/[\\/]/)) {
    found = /[*?]/.test(part)
      ? (await Promise.all(found.map((folder) => listMatches(folder, part)))).flat()
      : found.map((folder) => path.join(folder, part))
  }
  return found
}

async function listMatches(folder: string, pattern: string): Promise<string[]> {
  try {
    const entries = await readdir(folder)
    // As in glob(7), a pattern does not find hidden files unless it says so.
    const visible = entries.filter((entry) => pattern.startsWith('.') || !entry.startsWith('.'))
    return visible
      .filter((entry) => matchesHostLine([pattern], entry))
      .sort()
      .map((entry) => path.join(folder, entry))
  } catch {
    return []
  }
}
