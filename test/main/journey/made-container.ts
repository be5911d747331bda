import { beforeAll, expect } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import { mustRun } from '../../hosts/run.ts'
import { createTenant } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'

type Table = Readonly<Record<string, unknown>>

/** As Docker shows it and takes it. */
export interface Made {
  readonly Config: Table
  readonly HostConfig: Table
}

/** What people are told that differs, by what in `Config` and in `HostConfig`. */
export type Difference = readonly [parts: string, config: Table, hostConfig: Table]

/** The tenant epsilon, and containers that somebody makes under its name and with its label. */
export interface MadeContainer {
  /** The name of its container. */
  readonly own: string
  /** The container as the panel made it, which is not there any more. */
  readonly sound: Made
  make(made: Made): Promise<void>
  inspect(): Promise<Made>
  remove(): Promise<void>
  /** The tenant, as it is shown. */
  seen(): ReturnType<Client['tenant']['show']>
}

/** Registers the hooks for the tests of a suite. */
export const useMadeContainer = (getWorld: () => PanelHost): MadeContainer => {
  let own: string
  let sound: Made
  const run = (argv: readonly string[], input = '') =>
    mustRun(getWorld().host.namespace.enter(argv), { input })
  const inspect = async (): Promise<Made> => JSON.parse(await run(['docker', 'inspect', own]))[0]
  const remove = async (): Promise<void> => void (await run(['docker', 'rm', '-f', own]))

  beforeAll(async () => {
    const { id } = await createTenant(getWorld().panel, { name: 'epsilon', memoryMb: 64 })
    own = `memharbor-${id}`
    sound = await inspect()
    await remove()
  })

  return {
    ...{ inspect, remove },
    get own() {
      return own
    },
    get sound() {
      return sound
    },
    // Docker's own API, as every program on the host can use it.
    async make({ Config, HostConfig }) {
      const create = `http://docker/containers/create?name=${own}`
      const socket = ['--unix-socket', getWorld().host.dockerSocket]
      const curl = ['curl', '-sf', ...socket, '-H', 'Content-Type: application/json', '-d', '@-', create]
      await mustRun(curl, { input: JSON.stringify({ ...Config, HostConfig }) })
    },
    seen: () => getWorld().panel.client.tenant.show({ name: 'epsilon' }),
  }
}

/** A container with that difference is told with it. */
export const expectDifference = async (
  { sound, make, seen, remove }: MadeContainer,
  [parts, config, hostConfig]: Difference,
): Promise<void> => {
  await make({
    Config: { ...sound.Config, ...config },
    HostConfig: { ...sound.HostConfig, ...hostConfig },
  })
  const { faults, why } = await seen()
  await remove()
  expect(faults).toContain('changed')
  expect(why).toContain(`Its container is not as Memharbor makes it: ${parts} differ`)
}
