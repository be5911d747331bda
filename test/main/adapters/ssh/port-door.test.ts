import net from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, openBench, problemOf, sshdSkipReason } from './bench.ts'
import { findFreePort } from './sshd.ts'

const skipped = sshdSkipReason()

describe.skipIf(skipped !== null)(
  `ports where forwarding is forbidden${skipped === null ? '' : ` (${skipped})`}`,
  () => {
    let bench: Bench
    let port: number
    const echo = net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
    beforeAll(async () => {
      bench = await openBench()
      await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', () => resolve()))
      const address = echo.address()
      port = typeof address === 'object' && address !== null ? address.port : 0
    })
    afterAll(async () => {
      echo.close()
      await bench.close()
    })

    it.each([
      'AllowTcpForwarding no',
      'DisableForwarding yes',
      'PermitOpen 127.0.0.1:1',
      'AllowTcpForwarding remote',
    ])('are reached all the same, and that is known: %s', async (config) => {
      const link = bench.link(await bench.sshd({ config }))
      const stream = await link.openPort(port)
      const [answer] = await new Promise<Buffer[]>((resolve) => {
        stream.once('data', (chunk: Buffer) => resolve([chunk]))
        stream.write('hello')
      })
      expect(String(answer)).toBe('hello')
      const long = 'x'.repeat(300_000)
      stream.end(long)
      expect((await text(stream)).length).toBe(long.length)
      expect(link.info().isRelayed).toBe(true)
      expect(await problemOf(link.openPort(await findFreePort()))).toMatchObject({
        code: 'PORT_UNREACHABLE',
        details: { host: 'web', reason: 'ECONNREFUSED' },
      })
    })

    it('a key with restrict has them too', async () => {
      const server = await bench.sshd({ authorizedKeys: `restrict ${bench.authorizedKeys}` })
      const link = bench.link(server)
      ;(await link.openPort(port)).destroy()
      expect(link.info().isRelayed).toBe(true)
    })

    it('where it is allowed they are forwarded', async () => {
      const link = bench.link(await bench.sshd())
      ;(await link.openPort(port)).destroy()
      expect(link.info()).not.toHaveProperty('isRelayed')
    })
  },
)
