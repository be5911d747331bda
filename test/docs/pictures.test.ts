import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { observePictureLinks } from './documents.ts'

const project = join(import.meta.dirname, '../..')
const picture = /\.(png|svg|jpe?g|gif|webp|avif)$/i

/** Every clone carries each picture that was ever committed, so few are. */
const mostBytes = 1_000_000

describe('the pictures of the documents', () => {
  it('are there, are all that is kept under docs, and are small together', async () => {
    const shown = new Set((await observePictureLinks(project)).map((link) => link.picture))
    const kept = (await listKept('docs')).filter((path) => picture.test(path))
    expect(kept.sort()).toEqual([...shown].sort())
    const sizes = await Promise.all(kept.map(async (path) => (await stat(join(project, path))).size))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(mostBytes)
  })
})

/** The files that git tracks in a folder; all that lie there where the project is no checkout. */
async function listKept(folder: string): Promise<string[]> {
  const tracked = await execa('git', ['ls-files', '-z', '--', folder], { cwd: project, reject: false })
  if (tracked.exitCode === 0) return tracked.stdout.split('\0').filter((path) => path !== '')
  const found = await readdir(join(project, folder), { recursive: true })
  return found.map((path) => `${folder}/${path}`)
}
