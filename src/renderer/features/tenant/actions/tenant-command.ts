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

export const suspendTenant = ({ name }: Tenant): TenantCommand => ({
  doing: `Suspending ${name}`,
  done: `${name} is suspended. Nobody gets in; the data is kept.`,
  verb: 'Suspend',
  call: ({ tenant }, _confirmed, signal) => oneStep(tenant.suspend({ name }, { signal })),
})

export const resumeTenant = ({ name }: Tenant): TenantCommand => ({
  doing: `Resuming ${name}`,
  done: `${name} is resumed. The allowed addresses get in again.`,
  verb: 'Resume',
  call: ({ tenant }, _confirmed, signal) => oneStep(tenant.resume({ name }, { signal })),
})

export const restartTenant = ({ name }: Tenant): TenantCommand => ({
  doing: `Restarting ${name}`,
  done: `${name} is restarted.`,
  verb: 'Restart',
  call: ({ tenant }, confirmed, signal) => tenant.restart({ name, confirmed }, { signal }),
})

export const flushTenant = ({ name }: Tenant): TenantCommand => ({
  doing: `Flushing ${name}`,
  done: `The cache of ${name} is empty.`,
  verb: 'Flush',
  call: ({ tenant }, confirmed, signal) => oneStep(tenant.flush({ name, confirmed }, { signal })),
})

export const upgradeTenant = ({ name }: Tenant): TenantCommand => ({
  doing: `Upgrading ${name}`,
  done: `${name} runs the host's current image.`,
  verb: 'Upgrade',
  call: ({ tenant }, confirmed, signal) => tenant.upgrade({ name, confirmed }, { signal }),
})

export const resizeTenant = ({ name }: Tenant, memoryMb: number): TenantCommand => ({
  doing: `Resizing ${name} to ${renderMegabytes(memoryMb)}`,
  done: `${name} has ${renderMegabytes(memoryMb)}.`,
  verb: 'Resize',
  call: ({ tenant }, confirmed, signal) => tenant.resize({ name, memoryMb, confirmed }, { signal }),
})

export const limitTenant = ({ name }: Tenant, maxConnections: number): TenantCommand => ({
  doing: `Changing the connection limit of ${name}`,
  done: `${name} takes up to ${maxConnections} connections.`,
  verb: 'Change the limit',
  call: ({ tenant }, confirmed, signal) => tenant.limit({ name, maxConnections, confirmed }, { signal }),
})

export const moveTenant = ({ name }: Tenant, port: number): TenantCommand => ({
  doing: `Moving ${name} to port ${port}`,
  done: `${name} is on port ${port}.`,
  verb: 'Change the port',
  call: ({ tenant }, confirmed, signal) => tenant.move({ name, port, confirmed }, { signal }),
})

export const renameTenant = ({ name }: Tenant, newName: string): TenantCommand => ({
  doing: `Renaming ${name}`,
  done: `${name} is called ${newName} now.`,
  verb: 'Rename',
  call: ({ tenant }, _confirmed, signal) => oneStep(tenant.rename({ name, newName }, { signal })),
})

export const deleteTenant = ({ name }: Tenant): TenantCommand => ({
  doing: `Deleting ${name}`,
  done: `${name} is deleted.`,
  verb: 'Delete',
  call: ({ tenant }, confirmed, signal) => tenant.delete({ name, confirmed }, { signal }),
})
