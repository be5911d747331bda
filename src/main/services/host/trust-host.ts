import type { Host } from '../../../contract/host.ts'
import { updateHost } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { requireHost } from './find-host.ts'
import { connectLearning } from './learn-host-keys.ts'
import { viewHost } from './view-host.ts'

/**
 * Accepts the keys that a host and its jump hosts show now, after the operator has compared their fingerprints. Old
 * pins stay until the new keys have logged in.
 * @throws ProblemError HOST_KEY_CHANGED or, of a server that had no key so far, HOST_KEY_UNKNOWN, with the fingerprint that
 *   has to be accepted
 */
export async function trustHost(
  context: ServiceContext,
  input: { name: string; hostKeys?: readonly string[] | undefined },
): Promise<{ host: Host; fingerprints: string[] }> {
  const host = await context.store.read((db) => requireHost(db, input.name))
  const { access, pins } = await connectLearning(context, host, input.hostKeys ?? [])
  await access.link.close()
  const trusted = await context.store.write((db) => {
    updateHost(db, host.id, { pins })
    const subject = { kind: 'host trust', host, tenant: null, before: host.pins, after: pins }
    const operation = beginOperation(db, context, subject, [
      { kind: 'pin', sentence: `Accept the key of ${host.name}` },
    ])
    endOperation(db, context.now(), operation, { kind: 'done' })
    return viewHost(db, { ...host, pins })
  })
  context.hosts.retire(host.id)
  return { host: trusted, fingerprints: Object.values(pins) }
}
