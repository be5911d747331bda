import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { askOne, helperPath, readResource } from '../../resources/host/helper-host.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`a move that is undone${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel
  let failAt = ''

  /** Opens a panel whose step fails once, at the point that `failAt` names. */
  const open = (dataDir?: string): Promise<Panel> =>
    openPanel(dataDir, {
      atPoint: (point) => {
        if (point !== failAt) return
        failAt = ''
        throw new Error(`the test lets it fail ${point}`)
      },
    })
  const move = (name: string, port: number) =>
    readWork(panel.client.tenant.move({ name, port, confirmed: true }))
  const resting = async (): Promise<number[]> => {
    const { state } = (await askOne(host, { v: 1, op: 'observe' })) as unknown as {
      state: { released: { port: number }[] }
    }
    return state.released.map(({ port }) => port)
  }

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1' })
    panel = await open()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    for (const name of ['acme', 'other']) await createTenant(panel, { name, memoryMb: 64 })
  })
  afterAll(async () => {
    await panel?.stop()
    await host?.stop()
  })

  it.each([
    ['before the container was touched', 'before remove-container', 20_700],
    ['after its container ran on the new port', 'after create-container', 20_701],
  ])('gives the port back at once, %s', async (_, point, port) => {
    const { port: before } = await panel.client.tenant.show({ name: 'acme' })
    failAt = point
    await expect(move('acme', port)).rejects.toThrow()
    expect(failAt, 'it came to that point').toBe('')
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ port: before, state: 'running' })
    expect(await resting()).not.toContain(port)
    const { result } = await move('other', port)
    expect(result).toMatchObject({ port, state: 'running' })
  })

  it('keeps back the port of a move that was done', async () => {
    await move('acme', 20_800)
    await move('acme', 20_801)
    expect(await resting()).toContain(20_800)
  })

  it('is undone on a host with an older helper, too, which keeps the port back', async () => {
    const helper = (await readResource('memharbor-host')).replace("VERSION = '1.3.0'", "VERSION = '1.1.0'")
    await writeHostFile(host.namespace, helperPath, helper, { mode: '755' })
    await panel.close()
    panel = await open(panel.dataDir)
    failAt = 'before remove-container'
    await expect(move('acme', 20_900)).rejects.toThrow()
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ port: 20_801, state: 'running' })
    expect(await resting()).toContain(20_900)
  })
})
