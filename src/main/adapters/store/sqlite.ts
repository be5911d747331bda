import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js'
import { readVersion } from './migrations.ts'

/**
 * Loads SQLite. The WebAssembly file is found as a package file, so it is found from a bundle too. V8 compiles it once and
 * not again for speed: the compiler for that takes a third of a second at the start and 20 MB for good, and no query here
 * runs often enough to be faster for it.
 */
export async function loadSqlite(): Promise<SqlJsStatic> {
  setFlagsFromString('--liftoff-only')
  const wasm = await readFile(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'))
  return initSqlJs({ wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) })
}

/** A database in memory out of a file's bytes, or an empty one. References between tables are enforced. */
export function openDatabase(sqlite: SqlJsStatic, bytes?: Uint8Array): Database {
  const database = new sqlite.Database(bytes === undefined ? undefined : viewPlainly(bytes))
  database.run('PRAGMA foreign_keys = ON')
  return database
}

/** sql.js takes a copy by `slice`, which shares the bytes of a Buffer: changes of the database would get into them. */
function viewPlainly({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** The finding about a file's bytes. */
export type Inspection = { kind: 'damaged'; reason: string } | { kind: 'whole'; version: number }

/**
 * Whether these bytes are a whole SQLite file, and of which version. The size is compared first: SQLite itself
 * accepts a file whose last page was cut, and takes no bytes at all for an empty database.
 *
 * The header (https://www.sqlite.org/fileformat.html#the_database_header): `SQLite format 3\0`, at 16 the page size
 * (1 stands for 65536), at 28 the number of pages, both big-endian.
 */
export function inspectDatabase(sqlite: SqlJsStatic, bytes: Uint8Array): Inspection {
  const wrongSize = findWrongSize(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (wrongSize !== undefined) return { kind: 'damaged', reason: wrongSize }
  const database = new sqlite.Database(viewPlainly(bytes))
  try {
    const found = String(database.exec('PRAGMA quick_check(1)')[0]?.values[0]?.[0])
    if (found !== 'ok') return { kind: 'damaged', reason: found.replaceAll('\n', ' ') }
    return { kind: 'whole', version: readVersion(database) }
  } catch (error) {
    return { kind: 'damaged', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    database.close()
  }
}

function findWrongSize(file: Buffer): string | undefined {
  if (file.length === 0) return 'it is empty'
  if (file.length < 100 || file.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    return 'it is no SQLite file'
  const pageSize = file.readUInt16BE(16) === 1 ? 65_536 : file.readUInt16BE(16)
  const expected = pageSize * file.readUInt32BE(28)
  return file.length === expected ? undefined : `it has ${file.length} bytes instead of ${expected}`
}
