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

/** The bytes of the store's file: equal when nothing was written. */
export async function hashStore(panel: Pick<Panel, 'dataDir'>): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(panel.dataDir, 'memharbor.sqlite')))
    .digest('hex')
}

/** Rows of the store's file as SQLite reads them, without the code of the program. */
export async function queryStore(
  panel: Pick<Panel, 'dataDir'>,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const { Database } = await initSqlJs()
  const database = new Database(await readFile(join(panel.dataDir, 'memharbor.sqlite')))
  try {
    const statement = database.prepare(sql)
    const rows: Record<string, unknown>[] = []
    while (statement.step()) rows.push(statement.getAsObject())
    statement.free()
    return rows
  } finally {
    database.close()
  }
}
