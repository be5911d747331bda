import type { HostKeyPin } from '../../../domain/host-key.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { HostAccess } from './host-pool.ts'
import type { OpenAccess } from './open-access.ts'

/** The target and at most so many jump hosts may each need a fingerprint. */
const mostServers = 10

/**
 * Connects a host whose keys are not all pinned yet, or not those that are pinned: a key counts when it is pinned, in
 * known_hosts, or among the fingerprints that the operator accepted. Returns the access and every key that was shown, to
 * be pinned.
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
    pinned,
    onHostKey: ({ endpoint, fingerprint }) => {
      pins[endpoint] = fingerprint
    },
  })
  try {
    for (let i = 0; i < mostServers; i += 1) {
      const strange = await connectOrStrange(access, signal)
      if (strange === undefined) break
      const { address, fingerprint } = strange.details
      // A pinned key that stands in the way all the same is revoked in known_hosts.
      const isPinned = pinned.get(address)?.fingerprint === fingerprint
      if (isPinned || !accepted.includes(fingerprint)) throw strange.error
      pinned.set(address, { fingerprint })
    }
    return { access, pins }
  } catch (error) {
    await access.link.close()
    throw error
  }
}

/** Connects, or tells which key stood in the way: one that is not known, or not the one in known_hosts. */
async function connectOrStrange({ link }: HostAccess, signal: AbortSignal | undefined) {
  try {
    await link.connect(signal === undefined ? {} : { signal })
    return undefined
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { problem } = error
    if (problem.code !== 'HOST_KEY_UNKNOWN' && problem.code !== 'HOST_KEY_CHANGED') throw error
    return { error, details: problem.details }
  }
}
