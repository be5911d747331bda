import {
  type ClientAddress,
  describeClientAddress,
  parseSshConnection,
} from '../../../domain/client-address.ts'
import type { ServiceContext } from '../context.ts'
import { requireHost } from './find-host.ts'

/**
 * The operator's own address as a host sees it, to be put on an allowlist; null and why, where it cannot tell.
 * @throws ProblemError NOT_FOUND, and what connecting throws
 */
export async function findMyAddress(
  context: ServiceContext,
  { name }: { name: string },
): Promise<ClientAddress> {
  const host = await context.store.read((db) => requireHost(db, name))
  const { link, seen } = context.hosts.access(host)
  if (link.info().kind === 'socket') {
    return { address: null, reason: 'This host is this computer itself, so it does not see an address.' }
  }
  const { stdout } = await link.run('sshConnection', '')
  const address = parseSshConnection(stdout)
  return address === undefined
    ? { address: null, reason: `${host.name} does not say from where the connection comes.` }
    : describeClientAddress(address, seen.jumps ?? [])
}
