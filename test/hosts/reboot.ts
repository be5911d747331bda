import type { Namespace } from './namespace.ts'
import { mustRun, run } from './run.ts'

/**
 * Takes away what a restart of the machine would: processes, /run, packet filter rules and sets, connection tracking,
 * bridges. What is on the disk stays. Nothing here follows from names of this project.
 */
export const loseMemory = async (host: Namespace): Promise<void> => {
  // Everything but process 1 and its caller.
  await run(host.enter(['kill', '-KILL', '-1']))
  for (const target of await mountsUnder(host, '/var/lib/docker/'))
    await run(host.enter(['umount', '-l', target]))
  await mustRun(host.enter(['umount', '-R', '-l', '/run']))
  await mustRun(host.enter(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']))
  await mustRun(host.enter(['mkdir', '-m', '1777', '/run/lock']))
  for (const tables of ['iptables', 'ip6tables']) {
    for (const table of ['raw', 'mangle', 'nat', 'filter']) {
      await run(host.enter([tables, '-t', table, '-F']))
      await run(host.enter([tables, '-t', table, '-X']))
    }
    for (const chain of ['INPUT', 'FORWARD', 'OUTPUT']) await run(host.enter([tables, '-P', chain, 'ACCEPT']))
  }
  await run(host.enter(['ipset', 'destroy']))
  await run(host.enter(['conntrack', '-F']))
  for (const bridge of await bridges(host)) await run(host.enter(['ip', 'link', 'del', bridge]))
}

/**
 * Runs the ExecStart lines of a unit as they are written, with nothing on standard input. A leading `-` (failure does
 * not count) is honoured, quoting is not.
 * @throws when a line fails
 */
export const runUnit = async (host: Namespace, unit: string): Promise<void> => {
  const text = await mustRun(host.enter(['cat', `/etc/systemd/system/${unit}`]))
  for (const [, mayFail, line = ''] of text.matchAll(/^ExecStart=(-?)(.*)$/gm)) {
    const argv = host.enter(line.trim().split(/\s+/))
    if (mayFail === '-') await run(argv)
    else await mustRun(argv)
  }
}

const mountsUnder = async (host: Namespace, directory: string): Promise<readonly string[]> => {
  const text = await mustRun(host.enter(['cat', '/proc/mounts']))
  return text
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(directory))
    .reverse()
}

/** A sample of a line: `5: docker0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN …` */
const bridges = async (host: Namespace): Promise<readonly string[]> => {
  const text = await mustRun(host.enter(['ip', '-o', 'link', 'show', 'type', 'bridge']))
  return [...text.matchAll(/^\d+: ([^:@]+)/gm)].map(([, name = '']) => name)
}
