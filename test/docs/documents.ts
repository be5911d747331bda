import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'

/** A picture that a document shows. */
export interface PictureLink {
  /** Path of the document in the project: `docs/cli.md`. */
  readonly document: string
  /** Path of the picture in the project: `docs/screens/tenants-10000-dark-1280x800.png`. */
  readonly picture: string
}

/** The documents for readers, as paths in the project: those of its top folder and of `docs`. */
export async function listDocuments(project: string): Promise<string[]> {
  const found = await Promise.all(
    ['.', 'docs'].map(async (folder) =>
      (await readdir(join(project, folder))).map((name) => posix.join(folder, name)),
    ),
  )
  return found.flat().filter((path) => path.endsWith('.md'))
}

/** Every picture that a document shows, once for each place. */
export async function observePictureLinks(project: string): Promise<PictureLink[]> {
  const documents = await listDocuments(project)
  const links = documents.map(async (document) => {
    const text = await readFile(join(project, document), 'utf8')
    const folder = posix.dirname(document)
    return parsePictureTargets(text).map((target) => ({ document, picture: posix.join(folder, target) }))
  })
  return (await Promise.all(links)).flat()
}

/** `![The table](docs/screens/table.png)` and `<img src="docs/screens/table.png">`, as they are written. */
function parsePictureTargets(text: string): string[] {
  return [...text.matchAll(/!\[[^\]]*\]\(([^)\s]+)[^)]*\)|<img\s[^>]*src="([^"]+)"/g)].map(
    ([, markdown, html]) => markdown ?? html ?? '',
  )
}
