import { extname, join, sep } from 'node:path'

/** The kinds of file that a built page has. Anything else is not served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** A file of the page and how it is announced. */
export interface PageFile {
  readonly path: string
  readonly contentType: string
}

/**
 * The file that a path like `/assets/index.js` stands for; undefined when it is none of the page's.
 * @param pathname of a parsed URL, still percent-encoded
 */
export function findPageFile(root: string, pathname: string): PageFile | undefined {
  const name = decodePath(pathname)
  // A backslash is a separator on Windows, and a colon begins a drive or a stream there.
  if (name === undefined || /[\\:\0]/.test(name)) return undefined
  const path = join(root, name === '/' ? 'index.html' : name)
  const contentType = contentTypes[extname(path)]
  if (contentType === undefined || !path.startsWith(join(root, sep))) return undefined
  return { path, contentType }
}

function decodePath(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return undefined
  }
}
