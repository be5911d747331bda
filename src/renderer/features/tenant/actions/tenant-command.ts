import type { Progress } from '../../../../contract/progress.ts'
import type { Client } from '../../../../contract/router.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { renderMegabytes } from '../../../ui/quantities.ts'

/** Reading one of these tells the steps of a call and, in the end, what came of it. */
interface CommandStream {
  next(): Promise<{ done?: false | undefined; value: Progress } | { done: true; value: object }>
}

/** A call that changes a tenant, in the words for before, meanwhile and after. */
export interface TenantCommand {
  readonly doing: string
  readonly done: string
  /** The verb for the button when the router wants a confirmation. */
  readonly verb: string
  /** @param confirmed the operator was asked and knows what is lost */
  readonly call: (client: Client, confirmed: boolean, signal: AbortSignal) => Promise<CommandStream>
}

/** A call without steps, as one that ends at once. */
async function oneStep(call: Promise<object>): Promise<CommandStream> {
  const value = await call
  return { next: async () => ({ done: true, value }) }
}

export const suspendTenant = ({ id, name, faults }: Tenant): TenantCommand => ({
  doing: `Suspending ${name}`,
  done: faults.includes('network')
    ? `${name} is suspended: its port is closed and the data is kept. It can still be reached by another network.`
    : `${name} is suspended. Nobody gets in; the data is kept.`,
  verb: 'Suspend',
  call: ({ tenant }, _confirmed, signal) => oneStep(tenant.suspend({ id, name }, { signal })),
})

export const resumeTenant = ({ id, name }: Tenant): TenantCommand => ({
  doing: `Resuming ${name}`,
  done: `${name} is resumed. The allowed addresses get in again.`,
  verb: 'Resume',
  call: ({ tenant }, _confirmed, signal) => oneStep(tenant.resume({ id, name }, { signal })),
})

export const restartTenant = ({ id, name }: Tenant): TenantCommand => ({
  doing: `Restarting ${name}`,
  done: `${name} is restarted.`,
  verb: 'Restart',
  call: ({ tenant }, confirmed, signal) => tenant.restart({ id, name, confirmed }, { signal }),
})

export const flushTenant = ({ id, name }: Tenant): TenantCommand => ({
  doing: `Flushing ${name}`,
  done: `The cache of ${name} is empty.`,
  verb: 'Flush',
  call: ({ tenant }, confirmed, signal) => oneStep(tenant.flush({ id, name, confirmed }, { signal })),
})

export const upgradeTenant = ({ id, name }: Tenant): TenantCommand => ({
  doing: `Upgrading ${name}`,
  done: `${name} runs the host's current image.`,
  verb: 'Upgrade',
  call: ({ tenant }, confirmed, signal) => tenant.upgrade({ id, name, confirmed }, { signal }),
})

export const resizeTenant = ({ id, name }: Tenant, memoryMb: number): TenantCommand => ({
  doing: `Resizing ${name} to ${renderMegabytes(memoryMb)}`,
  done: `${name} has ${renderMegabytes(memoryMb)}.`,
  verb: 'Resize',
  call: ({ tenant }, confirmed, signal) => tenant.resize({ id, name, memoryMb, confirmed }, { signal }),
})

export const disconnectClient = ({ id, name }: Tenant, client: string): TenantCommand => ({
  doing: `Closing the connection of ${client}`,
  done: `The connection of ${client} is closed.`,
  verb: 'Close',
  call: ({ tenant }, _confirmed, signal) => oneStep(tenant.disconnect({ id, name, client }, { signal })),
})

export const limitTenant = ({ id, name }: Tenant, maxConnections: number): TenantCommand => ({
  doing: `Changing the connection limit of ${name}`,
  done: `${name} takes up to ${maxConnections} connections.`,
  verb: 'Change the limit',
  call: ({ tenant }, confirmed, signal) => tenant.limit({ id, name, maxConnections, confirmed }, { signal }),
})

export const moveTenant = ({ id, name }: Tenant, port: number): TenantCommand => ({
  doing: `Moving ${name} to port ${port}`,
  done: `${name} is on port ${port}.`,
  verb: 'Change the port',
  call: ({ tenant }, confirmed, signal) => tenant.move({ id, name, port, confirmed }, { signal }),
})

export const renameTenant = ({ id, name }: Tenant, newName: string): TenantCommand => ({
  doing: `Renaming ${name}`,
  done: `${name} is called ${newName} now.`,
  verb: 'Rename',
  call: ({ tenant }, _confirmed, signal) => oneStep(tenant.rename({ id, name, newName }, { signal })),
})

export const deleteTenant = ({ id, name }: Tenant): TenantCommand => ({
  doing: `Deleting ${name}`,
  done: `${name} is deleted.`,
  verb: 'Delete',
  call: ({ tenant }, confirmed, signal) => tenant.delete({ id, name, confirmed }, { signal }),
})
