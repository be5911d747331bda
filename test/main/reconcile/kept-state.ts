import type { HostNamespace } from '../../hosts/host.ts'
import { runScript } from '../../hosts/run-script.ts'
import { awaitNoHelper } from '../../resources/host/helper-host.ts'

const [state, kept] = ['/var/lib/memharbor', '/root/kept']

/** Keeps what the helper of a host has, as a backup would. */
export const keepState = (host: HostNamespace): Promise<string> =>
  runScript(host, `rm -rf ${kept}; mkdir ${kept}; cp -a ${state}/. ${kept}`)

/** Puts the host back to what was kept last; the filter follows, as a boot would have it. */
export const putStateBack = (host: HostNamespace): Promise<string> =>
  runScript(host, `rm -rf ${state}/*; cp -a ${kept}/. ${state}; /usr/local/sbin/memharbor-host </dev/null`)

/** The same, and no container is left. Before, no program may be at work there. */
export const clearHost = async (host: HostNamespace): Promise<void> => {
  await awaitNoHelper(host)
  await runScript(host, 'docker ps -aq | xargs --no-run-if-empty docker rm --force')
  await putStateBack(host)
}
