import net from 'node:net'
import { expect, it, vi } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { createTenant, openPanel, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

vi.setConfig({ testTimeout: 300_000 })

/** Passes bytes on, each way after half of a round trip. */
const startDelay = async (to: string, roundTripMs: number) => {
  const server = net.createServer((near) => {
    const far = net.connect({ host: to, port: 22, noDelay: true })
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => setTimeout(() => into.write(chunk), roundTripMs / 2))
      from.on('close', () => into.destroy())
      from.on('error', () => into.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, close: () => server.close() }
}

describeOnHosts('a host that is far away', () => {
  it.each([500, 1_000, 2_000])('with round trips of %i ms is used as any other', async (roundTripMs) => {
    const host = await startPreparedHost()
    const delay = await startDelay(host.address4, roundTripMs)
    const panel = await openPanel()
    const took: string[] = []
    const failed: string[] = []
    const time = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      const begun = performance.now()
      await work().catch((error: unknown) => failed.push(`${what}: ${String(error)}`))
      took.push(`${what} ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
    }
    try {
      const target = {
        kind: 'ssh',
        address: '127.0.0.1',
        port: delay.port,
        user: host.user,
        identityFile: host.identityFile,
      } as const
      await time('add', () =>
        panel.client.host.add({ name: 'far', target, hostKeys: [host.hostKeyFingerprint] }),
      )
      await time('check', async () =>
        expect(await panel.client.host.check({ name: 'far' })).toMatchObject({ ready: true }),
      )
      await time('create', () => createTenant(panel, { name: 'acme' }))
      await time('list', async () =>
        expect(await panel.client.tenant.list({})).toMatchObject({ tenants: [{ state: 'running' }] }),
      )
      await time('delete', () => readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true })))
    } finally {
      process.stdout.write(`round trips of ${roundTripMs} ms: ${took.join(', ')}\n`)
      await panel.stop()
      delay.close()
      await host.stop()
    }
    expect(failed).toEqual([])
  })
})
