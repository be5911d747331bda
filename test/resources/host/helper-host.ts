import { readFile } from 'node:fs/promises'
import { until } from '../../hosts/condition.ts'
import { type HostNamespace, type HostOptions, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'

export const helperPath = '/usr/local/sbin/memharbor-host'

export const readResource = (name: string): Promise<string> =>
  readFile(new URL(`../../../resources/host/${name}`, import.meta.url), 'utf8')

export interface Reply {
  readonly ok: boolean
  readonly code?: string
  readonly details?: Record<string, unknown>
  readonly [key: string]: unknown
}

/** A host with the helper in its place and nothing else done; without Docker unless asked for. */
export async function startHelperHost(options: HostOptions = {}): Promise<HostNamespace> {
  const host = await startHost({ docker: false, ...options })
  await writeHostFile(host.namespace, helperPath, await readResource('memharbor-host'), { mode: '755' })
  return host
}

/** Standard input has the helper. Programs that a test has put in the place of others stay. */
const freshening = `set -e
pkill -KILL -x memharbor-host || true
while mountpoint -q /var/lib/memharbor; do umount --lazy /var/lib/memharbor; done
rm -rf /var/lib/memharbor* /run/memharbor* /run/fatal/* /etc/sudoers.d/zz-memharbor
nft flush ruleset
ipset destroy
cat > ${helperPath}
`

/**
 * Makes a host that a test has used as good as a new one, with raw tools: nothing of the helper's is left in files,
 * filter and sets. For tests that change nothing else: another host costs ten times as much.
 */
export async function freshenHelperHost(host: HostNamespace): Promise<void> {
  const input = await readResource('memharbor-host')
  const { status, stderr } = await host.exec(['sh', '-c', freshening], { input })
  if (status !== 0) throw new Error(`the host could not be made fresh: ${stderr}`)
}

/** One session: all requests, then the end of input. Returns the replies in order. */
export async function ask(host: HostNamespace, ...requests: readonly object[]): Promise<Reply[]> {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('')
  const { status, stdout, stderr } = await host.exec([helperPath], { input })
  if (status !== 0) throw new Error(`the helper ended with ${status}: ${stderr}`)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Reply)
}

/** The reply to a single request. */
export async function askOne(host: HostNamespace, request: object): Promise<Reply> {
  const [reply] = await ask(host, request)
  if (reply === undefined) throw new Error('the helper said nothing')
  return reply
}

/** The process numbers of helpers that run on a host, at work or waiting for a request. */
export async function observeHelpers(host: HostNamespace): Promise<string[]> {
  const { stdout } = await host.exec(['pgrep', '-fx', `/usr/bin/python3 -IS ${helperPath}`])
  return stdout.split('\n').filter(Boolean)
}

/** Until the last session has ended, which makes the state file whole. */
export const awaitNoHelper = (host: HostNamespace): Promise<void> =>
  until('no helper runs', async () => (await observeHelpers(host)).length === 0)

/** The same call as by the boot unit and the timer. */
export const restore = (host: HostNamespace) => host.exec([helperPath])

/** The raw table as `iptables-save` prints it, without its comments and with its counters at zero. */
export async function saveRaw(host: HostNamespace, family: 4 | 6): Promise<string> {
  const { stdout } = await host.exec([family === 4 ? 'iptables-save' : 'ip6tables-save', '-t', 'raw'])
  return stdout.replaceAll(/^#.*\n/gm, '').replaceAll(/^(:.* )\[\d+:\d+\]$/gm, '$1[0:0]')
}

/** Entries of a set, sorted, as `ipset save` prints them after the name. */
export async function entries(host: HostNamespace, set: string): Promise<string[]> {
  const { stdout } = await host.exec(['ipset', 'save', set])
  return [...stdout.matchAll(/^add \S+ (\S+)/gm)].map(([, entry = '']) => entry).sort()
}
