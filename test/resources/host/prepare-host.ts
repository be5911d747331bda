import type { HostNamespace } from '../../hosts/host.ts'
import { type Reply, readResource } from './helper-host.ts'

/**
 * The panel's program for root: it reads one line with a script and runs it. Written out here, because it is a promise.
 */
const loader =
  'import sys,json;sys.stdout.write("ready\\n");sys.stdout.flush();' +
  'exec(compile(json.loads(sys.stdin.readline()),"memharbor","exec"))'

/** Sends prepare.py and the requests to a host; returns the replies and what was said in between. */
export async function prepare(host: Pick<HostNamespace, 'exec'>, ...requests: readonly object[]) {
  const lines = [await readResource('prepare.py'), ...requests].map((line) => `${JSON.stringify(line)}\n`)
  const argv = ['/usr/bin/python3', '-IS', '-c', loader]
  const { stdout, stderr } = await host.exec(argv, { input: lines.join(''), timeoutMs: 120_000 })
  const [ready, ...answers] = stdout.trim().split('\n')
  if (ready !== 'ready') throw new Error(`the script did not start: ${stderr}`)
  const values = answers.map((line) => JSON.parse(line) as Reply & { progress?: string })
  return {
    replies: values.filter(({ progress }) => progress === undefined),
    progress: values.flatMap(({ progress }) => (progress === undefined ? [] : [progress])),
  }
}

const units = '/etc/systemd/system'
const saved = '/usr/share/netfilter-persistent/plugins.d'
const installed = [
  ['memharbor-host', '/usr/local/sbin/memharbor-host', 0o755],
  ['memharbor-close', '/usr/local/sbin/memharbor-close', 0o755],
  ['memharbor-firewall.service', `${units}/memharbor-firewall.service`, 0o644],
  ['memharbor-firewall.timer', `${units}/memharbor-firewall.timer`, 0o644],
  ['docker.service.conf', `${units}/docker.service.d/memharbor.conf`, 0o644],
  ['nftables.service.conf', `${units}/nftables.service.d/memharbor.conf`, 0o644],
  ['memharbor-sets.service', `${units}/memharbor-sets.service`, 0o644],
  ['memharbor-before-reload.service', `${units}/memharbor-before-reload.service`, 0o644],
  ['memharbor-before-stop.service', `${units}/memharbor-before-stop.service`, 0o644],
  ['netfilter-persistent.close', `${saved}/05-memharbor`, 0o755],
  ['netfilter-persistent.restore', `${saved}/90-memharbor`, 0o755],
] as const

/** Everything that is installed on a host, and where. */
export const installFiles = () =>
  Promise.all(
    installed.map(async ([name, path, mode]) => ({ path, mode, content: await readResource(name) })),
  )

export const install = async (operator: string, values: Record<string, unknown> = {}) => ({
  v: 1,
  op: 'install',
  files: await installFiles(),
  operator,
  version: '1.3.0',
  ...values,
})
