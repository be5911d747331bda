import type { Host, HostTarget } from '../../../contract/host.ts'
import { parsePublicAddress } from '../../../domain/endpoint.ts'
import { parseName } from '../../../domain/name.ts'
import { type HostChanges, listHosts, updateHost } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { requireHost } from './find-host.ts'
import { viewHost } from './view-host.ts'

export interface EditHostInput {
  readonly name: string
  readonly newName?: string | undefined
  readonly target?: HostTarget | undefined
  readonly publicAddress?: string | null | undefined
  readonly isDefault?: boolean | undefined
}

/**
 * Changes a host's name, address or public address. Pins stay: they belong to endpoints, so a new address has to show
 * a key that is accepted by `host trust`, in known_hosts, or already pinned for it.
 */
export async function editHost(context: ServiceContext, input: EditHostInput): Promise<Host> {
  const { newName, target, publicAddress, isDefault } = input
  const changes: HostChanges = {
    ...(newName === undefined ? {} : { name: parseName('host', newName) }),
    ...(target === undefined ? {} : { target }),
    ...(isDefault === undefined ? {} : { isDefault }),
    ...(publicAddress === undefined
      ? {}
      : { publicAddress: publicAddress === null ? null : parsePublicAddress(publicAddress) }),
  }
  const edited = await context.store.write((db) => {
    const host = requireHost(db, input.name)
    // At most one host is the default.
    if (isDefault === true) for (const other of listHosts(db)) updateHost(db, other.id, { isDefault: false })
    updateHost(db, host.id, changes)
    const subject = { kind: 'host edit', host, tenant: null }
    const operation = beginOperation(db, context, subject, [
      { kind: 'edit', sentence: `Change what is known of ${host.name}` },
    ])
    endOperation(db, context.now(), operation, { kind: 'done' })
    return viewHost(db, { ...host, ...changes })
  })
  // The way there, and the name in what is said of it, belong to the connection; nothing else does.
  const now = await context.store.read((db) => requireHost(db, edited.name))
  if (target !== undefined || newName !== undefined) context.hosts.retire(now.id, now)
  else context.hosts.refresh(now)
  return edited
}
