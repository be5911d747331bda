import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { askStats } from '../../../../src/main/adapters/memcached/stats.ts'
import { askVersion, awaitVersion } from '../../../../src/main/adapters/memcached/version.ts'
import { type HostNamespace, startHost } from '../../../hosts/host.ts'
import { skipReason } from '../../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../../hosts/raw-image.ts'
import { linkTo } from '../host-links.ts'
import { problemOf } from '../ssh/bench.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`memcached through a link${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let link: Link
  beforeAll(async () => {
    host = await startHost({ name: 'web' })
    await importRawImage(host)
    link = linkTo(host)
  })
  afterAll(async () => {
    await link?.close()
    await host?.stop()
  })
  const runContainer = async (name: string, port: number, ...words: string[]): Promise<void> => {
    const publish = ['--name', name, '-p', `${port}:11211`]
    const made = await host.exec(['docker', 'run', '-d', ...publish, rawImage, ...words])
    expect(made.stderr).toBe('')
  }

  it('answers with its version as soon as it listens, and with its statistics', async () => {
    const waiting = awaitVersion(link, 20_001, { withinMs: 20_000 })
    await runContainer('cache', 20_001, '-c', '200')
    expect(await waiting).toMatch(/^1\.\d+\.\d+$/)
    expect(await askVersion(link, 20_001)).toBe(await waiting)
    expect(await askStats(link, 20_001)).toMatchObject({ version: await waiting, curr_items: '0' })
    expect(await askStats(link, 20_001, 'settings')).toMatchObject({ maxconns: '200' })
    expect(Object.keys(await askStats(link, 20_001, 'conns')).some((name) => name.endsWith(':addr'))).toBe(
      true,
    )
    expect(await askStats(link, 20_001, 'items')).toEqual({})
  })

  it("does not take Docker's proxy for memcached", async () => {
    await runContainer('elsewhere', 20_002, '-p', '11299')
    expect(await problemOf(awaitVersion(link, 20_002, { withinMs: 800 }))).toMatchObject({
      code: 'TIMED_OUT',
      details: { host: 'web', afterMs: 800 },
    })
    expect(await problemOf(askStats(link, 20_002))).toMatchObject({ code: 'PORT_UNREACHABLE' })
  })

  it('does not take another server for memcached', async () => {
    expect(await problemOf(askVersion(link, 22))).toMatchObject({
      code: 'PORT_UNREACHABLE',
      details: { reason: expect.stringMatching(/^it is no memcached, it says "SSH-2\.0/) },
    })
    expect(await problemOf(askStats(link, 22))).toMatchObject({ code: 'PORT_UNREACHABLE' })
  })

  it('a link that is gone is told at once', async () => {
    const closed = linkTo(host)
    await closed.close()
    expect(await problemOf(awaitVersion(closed, 20_001, { withinMs: 5_000 }))).toMatchObject({
      code: 'HOST_UNREACHABLE',
    })
  })
})
