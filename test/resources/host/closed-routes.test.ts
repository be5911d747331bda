import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, readResource, restore, startHelperHost } from './helper-host.ts'
import { configure } from './requests.ts'

const reason = skipReason()
const closer = '/usr/local/sbin/memharbor-close'
const mark = '/run/memharbor-closed'
const port = 20_000

/** Answers everybody who gets as far as it. */
const answering = `import socket
listener = socket.create_server(('::', ${port}), family=socket.AF_INET6, dualstack_ipv6=True)
print('listening', flush=True)
while True:
    talk, _ = listener.accept()
    talk.settimeout(0.3)
    try:
        talk.recv(100)
        talk.sendall(b'VERSION 0\\r\\n')
    except OSError:
        pass
    talk.close()`

describe.skipIf(reason !== null)(
  `the routes of the tenant ports${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let client: Client
    beforeAll(async () => {
      host = await startHelperHost()
      await writeHostFile(host.namespace, closer, await readResource('memharbor-close'), { mode: '755' })
      await ask(host, configure())
      client = await startClient(host, { index: 0 })
      const program = await host.spawn(['/usr/bin/python3', '-IS', '-c', answering])
      await program.waitFor('listening')
    })
    afterAll(async () => {
      await client?.stop()
      await host?.stop()
    })
    beforeEach(async () => {
      await exec(closer, 'open')
      await exec('nft', 'flush', 'ruleset')
    })

    const exec = async (...argv: string[]): Promise<string> => {
      const { status, stdout, stderr } = await host.exec(argv)
      expect({ argv, status, stderr }).toMatchObject({ status: 0 })
      return stdout
    }
    const kinds = async () =>
      (
        await Promise.all(
          [host.address4, host.address6].map((address) => memcacheTalk(client, address, port)),
        )
      ).map(({ kind }) => kind)
    const rules = async () => (await exec('ip', 'rule')) + (await exec('ip', '-6', 'rule'))

    it('control: without a filter everybody gets in', async () => {
      expect(await kinds()).toEqual(['answer', 'answer'])
    })

    it('let nobody in while there is no filter, but for the host itself, and are as before after it', async () => {
      const before = await rules()
      await exec(closer, 'close')
      await exec(closer, 'close')
      expect(await kinds()).toEqual(['timeout', 'timeout'])
      await exec('bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port} && echo quit >&3`)
      await exec(closer, 'open')
      expect(await rules()).toBe(before)
      expect(await exec('iptables-save', '-t', 'raw')).toContain('MEMHARBOR')
      await exec('nft', 'flush', 'ruleset')
      expect(await kinds()).toEqual(['answer', 'answer'])
    })

    it('stay closed where the helper cannot put the filter back', async () => {
      await exec('mv', '/usr/local/sbin/memharbor-host', '/usr/local/sbin/kept')
      await exec(closer, 'close')
      await exec(closer, 'open')
      await exec('mv', '/usr/local/sbin/kept', '/usr/local/sbin/memharbor-host')
      expect(await kinds()).toEqual(['timeout', 'timeout'])
    })

    it('are opened by the next round where whoever closed them was killed, and not before he had his time', async () => {
      const before = await rules()
      await exec(closer, 'close')
      await restore(host)
      expect(await rules()).not.toBe(before)
      await exec('touch', '-d', '-61 seconds', mark)
      expect(await restore(host)).toMatchObject({ status: 0, stderr: expect.stringContaining('routes') })
      expect(await rules()).toBe(before)
    })

    it('leave nothing of a range that was changed meanwhile', async () => {
      const before = await rules()
      await exec(closer, 'close')
      expect(await ask(host, configure({ range: { from: 21_000, to: 21_999 } }))).toMatchObject([
        { ok: true },
      ])
      await exec(closer, 'open')
      expect(await rules()).toBe(before)
      await ask(host, configure())
    })

    it('go with the filter when all is taken away', async () => {
      const before = await rules()
      await exec(closer, 'close')
      await ask(host, { v: 1, op: 'teardown' })
      expect(await rules()).toBe(before)
    })
  },
)
