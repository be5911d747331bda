import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import initSqlJs from 'sql.js'
import type { Host } from '../hosts/host.ts'
import type { Panel } from './panel.ts'

/** Everything that a tenant can leave on a host, read with raw tools: text that is equal when nothing has changed. */
export async function readHostState(host: Host): Promise<Record<string, string>> {
  const read = async (argv: readonly string[], input = ''): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(argv, { input })
    if (status !== 0) throw new Error(`${argv[0]} ended with ${status}: ${stderr}`)
    return stdout
  }
  const listing = 'cd /var/lib/memharbor && find . -type f -printf "%p %m\\n" | sort; cat range'
  const [files, records, sets, filter4, filter6, containers, networks] = await Promise.all([
    read(['sh', '-c', listing]),
    // Not the bytes: the same records are in the journal while a session is open, and in the state file after it.
    read(['/usr/local/sbin/memharbor-host'], '{"v":1,"op":"records"}\n'),
    read(['ipset', 'save']),
    read(['iptables-save', '-t', 'raw']),
    read(['ip6tables-save', '-t', 'raw']),
    read(['docker', 'ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}} {{.Ports}}']),
    read(['docker', 'network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}}']),
  ])
  return {
    files,
    records,
    // Denied packets count and time out by themselves, and a hash has no order.
    sets: sets
      .replaceAll(/^add mhd.*\n/gm, '')
      .split('\n')
      .sort()
      .join('\n'),
    filter: `${filter4}${filter6}`.replaceAll(/^#.*\n/gm, '').replaceAll(/\[\d+:\d+\]/g, ''),
    containers,
    networks,
  }
}

/** The bytes of the store's files: equal when nothing was written. */
export async function hashStore(panel: Pick<Panel, 'dataDir'>): Promise<string> {
  const { file, journal } = await readStoreFiles(panel)
  return hash(Buffer.concat([file, journal]))
}

/** Rows of the store as SQLite reads them, without the code of the program. The panel may be open. */
export async function queryStore(
  panel: Pick<Panel, 'dataDir'>,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const { Database } = await initSqlJs()
  const { file, journal } = await readStoreFiles(panel)
  const database = new Database(new Uint8Array(file))
  try {
    // Each line begins with its checksum, and the first one names the file that the others belong to.
    const lines = journal.toString().split('\n').slice(0, -1)
    const [head, ...changes] = lines.map((line) => JSON.parse(line.slice(65)) as JournalLine)
    const statements = changes.flatMap((change) => change.statements ?? [])
    if (head?.base === hash(file)) for (const [text, values] of statements) database.run(text, values)
    const statement = database.prepare(sql)
    const rows: Record<string, unknown>[] = []
    while (statement.step()) rows.push(statement.getAsObject())
    statement.free()
    return rows
  } finally {
    database.close()
  }
}

interface JournalLine {
  readonly base?: string
  readonly statements?: [sql: string, values: (string | number | null)[]][]
}

async function readStoreFiles({
  dataDir,
}: Pick<Panel, 'dataDir'>): Promise<Record<'file' | 'journal', Buffer>> {
  const path = join(dataDir, 'memharbor.sqlite')
  const file = await readFile(path)
  const journal = await readFile(`${path}.journal`).catch(() => Buffer.alloc(0))
  return { file, journal }
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
