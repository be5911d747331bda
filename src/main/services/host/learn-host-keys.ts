import type { HostKeyPin } from '../../../domain/host-key.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { HostAccess } from './host-pool.ts'
import type { OpenAccess } from './open-access.ts'

/**
 * Connects a host whose keys are not all pinned yet, or not those that are pinned: a key counts when it is pinned, in
 * known_hosts, or among the fingerprints that the operator accepted. It does so at once, because OpenSSH from 9.8 on counts
 * a connection that ends without a login. Returns the access and every key that was shown, to be pinned.
 * @throws ProblemError HOST_KEY_UNKNOWN or HOST_KEY_CHANGED for a key that nobody accepted, and whatever connecting throws
 */
export async function connectLearning(
  { openAccess }: { readonly openAccess: OpenAccess },
  host: StoredHost,
  accepted: readonly string[],
  signal?: AbortSignal,
): Promise<{ access: HostAccess; pins: Record<string, string> }> {
  const pinned = new Map<string, HostKeyPin>(
    Object.entries(host.pins).map(([endpoint, fingerprint]) => [endpoint, { fingerprint }]),
  )
  const pins: Record<string, string> = {}
  const access = openAccess(host, {
    ...{ pinned, accepted },
    onHostKey: ({ endpoint, fingerprint }) => {
      pins[endpoint] = fingerprint
    },
  })
  try {
    await access.link.connect(signal === undefined ? {} : { signal })
    return { access, pins }
  } catch (error) {
    await access.link.close()
    throw error
  }
}
