import type { CheckLine, Host } from '../../../contract/host.ts'
import { listEndpointAddresses } from '../../../domain/endpoint.ts'
import { describeChecks, isReady } from '../../../domain/host-checks.ts'
import { bundledHelper } from '../../adapters/prepare/bundled-helper.ts'
import type { ServiceContext } from '../context.ts'
import { requireHost } from './find-host.ts'
import { observeHost } from './observe-host.ts'
import { viewHost } from './view-host.ts'

/** What is there and what is missing on a host, in plain words. Nothing is changed. */
export async function checkHost(
  context: ServiceContext,
  input: { name: string },
): Promise<{ host: Host; ready: boolean; lines: CheckLine[] }> {
  const { host, view } = await context.store.read((db) => {
    const host = requireHost(db, input.name)
    return { host, view: viewHost(db, host) }
  })
  const access = context.hosts.access(host)
  const seen = await observeHost(access)
  const facts = seen.facts.kind === 'ok' ? seen.facts.value : null
  const addresses = listEndpointAddresses(host.target, host.publicAddress, access.seen.dialled ?? null, facts)
  const lines = describeChecks(
    seen,
    bundledHelper,
    addresses,
    host.mode === 'loopback' ? host.modeReason : null,
  )
  return { host: view, ready: isReady(lines), lines }
}
