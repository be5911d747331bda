import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../hosts/raw-image.ts'
import { installFatalProgram } from './fatal-program.ts'
import { ask, askOne, entries, helperPath, restore, saveRaw, startHelperHost } from './helper-host.ts'
import { allow, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const name = `a restore beside a change that hangs${reason === null ? '' : ` (${reason})`}`
const port = 20_000
/** Longer than the 8 s that a helper waits for the lock. */
const hangsMs = 12_000

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  let one: Client
  let two: Client

  const talk = async (client: Client): Promise<string> =>
    (await memcacheTalk(client, host.address4, port, 'version\r\n', 700)).kind
  const list = (...clients: Client[]) =>
    placed('acme0001', { allow: allow(...clients.map(({ address4 }) => `${address4}/32`)) })

  beforeAll(async () => {
    host = await startHelperHost({ docker: true })
    await importRawImage(host)
    one = await startClient(host, { index: 0 })
    two = await startClient(host, { index: 1 })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, list(one, two)))
    expect(replies.at(-1)).toMatchObject({ ok: true, revision: 3 })
    const commands = [
      `docker network create --subnet 10.213.0.0/22 -o com.docker.network.bridge.name=mh1 memharbor-1`,
      `docker run -d --name memharbor-acme0001 --label io.memharbor.tenant=acme0001 --network memharbor-1 ` +
        `-p 0.0.0.0:${port}:11211 ${rawImage}`,
    ]
    for (const command of commands) {
      expect(await host.exec(command.split(' ')), command).toMatchObject({ status: 0 })
    }
  })
  afterAll(async () => {
    await one?.stop()
    await two?.stop()
    await host?.stop()
  })

  it('brings nobody back who is revoked, and shuts nobody out', async () => {
    expect([await talk(one), await talk(two)]).toEqual(['answer', 'answer'])
    const iptables = await installFatalProgram(host, 'iptables', '--version')
    const ipset = await installFatalProgram(host, 'ipset', 'save mh4')
    // An added entry makes it ask which backend there is, under the lock and before its line is written.
    const change = placed('acme0001', { allow: [...list(one).allow, ...allow('192.0.2.1/32')] })
    await iptables.next('stopped')
    // nsenter stops together with its own child, and would not notice the end.
    const session = await host.spawn(['sh', '-c', `${helperPath}; true`])
    await session.write(`${JSON.stringify(put(3, change))}\n`)
    let pid = ''
    await until('the change is stopped', async () => {
      const { stdout } = await host.exec(['pgrep', '--runstates', 'T', '-f', `python3 -IS ${helperPath}`])
      pid = stdout.trim()
      return pid !== ''
    })
    const stoppedAt = performance.now()
    // Each reader of the allowed addresses goes on with the old ones from now on.
    await ipset.next('held')
    const timer = restore(host)
    let isOver = false
    void timer.then(() => {
      isOver = true
    })
    await until('the timer has given up or reads a set', async () => isOver || (await ipset.isHeld()), 11_000)
    expect(performance.now() - stoppedAt, 'it waited for the lock').toBeGreaterThan(7_500)
    expect([await talk(one), await talk(two)]).toEqual(['answer', 'answer'])
    await pause(Math.max(0, hangsMs - (performance.now() - stoppedAt)))
    await host.exec(['kill', '-CONT', pid])
    await session.waitFor('"revision":4', 10_000)
    expect([await talk(one), await talk(two)]).toEqual(['answer', 'timeout'])
    await ipset.letGo()
    const { status, stderr } = await timer
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('Another change') })
    expect([await talk(one), await talk(two)]).toEqual(['answer', 'timeout'])
    expect(await entries(host, 'mh4')).toEqual(['192.0.2.1,tcp:20000', `${one.address4},tcp:20000`].sort())
    await session.end()
    await session.exited()
  })

  it('closes the range where it is open, and the next restore lets the allowed ones in again', async () => {
    const lock = await host.spawn(['flock', '/var/lib/memharbor/lock', 'sh', '-c', 'echo locked; read line'])
    await lock.waitFor('locked')
    await host.exec(['nft', 'flush', 'table', 'ip', 'raw'])
    expect(await talk(two), 'the control: the filter is off').toBe('answer')
    expect(await restore(host)).toMatchObject({ status: 0, stderr: expect.stringContaining('base4') })
    expect([await talk(one), await talk(two)]).toEqual(['timeout', 'timeout'])
    expect(await saveRaw(host, 4)).not.toContain('mh4')
    await lock.kill()
    expect(await askOne(host, { v: 1, op: 'restore' })).toMatchObject({ changed: ['rules4'] })
    expect([await talk(one), await talk(two)]).toEqual(['answer', 'timeout'])
  })
})
