import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, askOne, entries, helperPath, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, remove, reserve } from './requests.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`a Docker that hangs${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  const tenant = (id: string, port: number, ...cidrs: string[]) =>
    placed(id, { port, allow: allow(...cidrs) })
  /** How often a Docker that accepts nothing was called: what it did not accept stays in its queue. */
  const countCalls = async (): Promise<number> => {
    const { stdout } = await host.exec(['grep', '-c', 'docker.sock', '/proc/net/unix'])
    return Number(stdout)
  }

  beforeAll(async () => {
    host = await startHelperHost({ docker: true })
    const [first, second] = [tenant('acme0001', 20_000, '203.0.113.0/24'), reserve('other001')]
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, first), second)
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true, true])
    await host.pauseDocker()
  })
  afterAll(() => host?.stop())

  it('holds up no change of another session', async () => {
    const calls = await countCalls()
    const waiting = await host.spawn([helperPath])
    await waiting.write(`${JSON.stringify(remove('other001'))}\n`)
    await until('Docker has been asked', async () => (await countCalls()) > calls)
    const change = put(4, tenant('other001', 20_001, '198.51.100.0/24'))
    expect(await askOne(host, change)).toMatchObject({ ok: true, revision: 5 })
    expect(await waiting.output(), 'the other session still waits for Docker').toBe('')
    await waiting.waitFor('"code":"docker"', 15_000)
    await waiting.kill()
    expect(await entries(host, 'mh4')).toContain('198.51.100.0/24,tcp:20001')
  })

  it('is not asked again and again by one session that takes access away', async () => {
    const calls = await countCalls()
    const replies = await ask(host, put(3, tenant('acme0001', 20_000)), put(5, tenant('other001', 20_001)))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true])
    expect(await countCalls()).toBe(calls + 1)
    expect(await entries(host, 'mh4')).toEqual([])
  })

  it('holds up who closes for less than the two seconds of other requests', async () => {
    await ask(host, put(6, tenant('acme0001', 20_000, '203.0.113.0/24', '192.0.2.0/24')))
    const session = await host.spawn([helperPath])
    await session.write('{"v":1,"op":"hello"}\n')
    await session.waitFor('"protocol"')
    const calls = await countCalls()
    const begun = performance.now()
    await session.write(`${JSON.stringify(close('acme0001', ['203.0.113.0/24']))}\n`)
    await session.waitFor('"closed":["203.0.113.0/24"]')
    const tookMs = performance.now() - begun
    expect(await countCalls(), 'Docker was asked').toBe(calls + 1)
    expect(tookMs).toBeLessThan(2_000)
    expect(await entries(host, 'mh4')).toEqual(['192.0.2.0/24,tcp:20000'])
    await session.kill()
  })

  it('is asked again when it goes on', async () => {
    await host.resumeDocker()
    expect(await askOne(host, remove('acme0001'))).toMatchObject({ ok: true, absent: false })
  })
})
