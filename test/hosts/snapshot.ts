import { randomBytes } from 'node:crypto'
import type { Namespace } from './namespace.ts'
import { mustRun } from './run.ts'

/** The paths that preparing leaves on the disk of a host, as README lists them. */
const kept = [
  './var/lib/docker',
  './var/lib/memharbor',
  './usr/local/sbin/memharbor-host',
  './usr/local/sbin/memharbor-close',
  './etc/sudoers.d/zz-memharbor',
  './etc/systemd/system',
  './etc/sysctl.d/60-memharbor.conf',
  './usr/share/netfilter-persistent',
]

/** Docker's own identity, and what only a running daemon has. */
const left = ['./var/lib/docker/engine-id', './var/lib/docker/runtimes', './var/lib/docker/tmp']

const stateFile = '/var/lib/memharbor/state.json'

/** Opens the archive, which lies outside of the host, as a stream of a program inside of it. */
const into = (archive: string, argv: readonly string[]): readonly string[] => [
  ...['sh', '-c', 'archive=$1; shift; exec "$@" >"$archive"', 'sh', archive],
  ...argv,
]
const outOf = (archive: string, argv: readonly string[]): readonly string[] => [
  ...['sh', '-c', 'archive=$1; shift; exec "$@" <"$archive"', 'sh', archive],
  ...argv,
]

/**
 * Writes what preparing left on a host's disk to an archive. Docker must have been stopped before.
 * @throws when tar fails
 */
export const saveSnapshot = async (host: Namespace, archive: string): Promise<void> => {
  const without = left.map((path) => `--exclude=${path}`)
  const tar = ['tar', '--create', '--xattrs', ...without, '-C', '/', ...kept]
  await mustRun(into(archive, host.enter(tar)))
}

/**
 * Gives a host that was not started yet the disk of a prepared one, and boots its filter: the helper makes it from its
 * state, before dockerd is there. The host gets an id of its own, as if it had been prepared by itself.
 */
export const restoreSnapshot = async (host: Namespace, archive: string): Promise<void> => {
  await mustRun(outOf(archive, host.enter(['tar', '--extract', '--xattrs', '-C', '/'])))
  const id = randomBytes(16).toString('hex')
  await mustRun(host.enter(['sed', '-i', `s/\\("hostId": *"\\)[0-9a-f]\\{32\\}/\\1${id}/g`, stateFile]))
  await mustRun(host.enter(['/usr/local/sbin/memharbor-host']))
}
