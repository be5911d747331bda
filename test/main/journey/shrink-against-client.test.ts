import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

/** Gives the cache more memory again and again, for two seconds. */
const growAgain = `
import socket, sys, time
memcached = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
end = time.monotonic() + 2
while time.monotonic() < end:
    memcached.sendall(b"cache_memlimit 200\\r\\n")
    memcached.recv(100)
    time.sleep(0.02)
`

describeOnHosts('a cache that a client gives more memory while it shrinks', () => {
  let world: PanelHost
  let client: Client

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    client = await world.addClient()
  })
  afterAll(() => world?.stop())

  it('is smaller once the client leaves it alone', { timeout: 90_000 }, async () => {
    const { host, panel } = world
    const allow = [{ cidr: client.address4 }]
    const { port } = await createTenant(panel, { name: 'acme', memoryMb: 64, allow })
    const items = Array.from({ length: 110 }, (_, index) => `set ${index} 0 0 500000 noreply\r\n`)
    const filling = items.map((line) => `${line}${'x'.repeat(500_000)}\r\n`).join('')
    await memcacheTalk(client, host.address4, port, filling, 10_000)
    const program = ['/usr/bin/python3', '-IS', '-c', growAgain, host.address4, String(port)]
    const growing = client.exec(program, { timeoutMs: 30_000 })
    await readWork(panel.client.tenant.resize({ name: 'acme', memoryMb: 16, confirmed: true }))
    expect((await growing).status).toBe(0)
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ memoryMb: 16, state: 'running' })
  })
})
