import { expect } from 'vitest'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { createTenant, readWork } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'
import type { LiveWorld } from './live-world.ts'
import { awaitBoth, entriesOf, expectShut, patienceMs } from './reach-both.ts'

const megabyte = 2 ** 20
const store = 'set kept 0 0 4\r\ndata\r\n'
const fetch = 'get kept\r\n'
const hit = { kind: 'answer', text: 'VALUE kept 0 4\r\ndata\r\nEND\r\n' }
const miss = { kind: 'answer', text: 'END\r\n' }

/** Everything that a tenant goes through, asked for by the panel and seen by clients; it is deleted in the end. */
export const liveWhole = async ({ host, allowed, denied, revoked, panel }: LiveWorld): Promise<void> => {
  const { tenant } = panel.client
  let name = 'acme'
  const made = await createTenant(panel, { name, memoryMb: 64, allow: entriesOf(allowed) })
  let { port } = made
  const talk = (words: string) => memcacheTalk(allowed, host.address4, port, words, 10_000)
  const inspect = (format: string) => mustExec(host, `docker inspect -f '${format}' memharbor-${made.id}`)
  const limitMb = async () => {
    const said = await talk('stats\r\n')
    return said.kind === 'answer' ? Number(/limit_maxbytes (\d+)/.exec(said.text)?.[1]) / megabyte : said
  }

  await awaitBoth(allowed, host, port)
  await expectShut(denied, host, port)
  await expectShut(revoked, host, port)

  await tenant.allow({ name, entries: entriesOf(revoked) })
  await awaitBoth(revoked, host, port)
  const held = await Promise.all(
    [host.address4, host.address6].map(async (address) => {
      const connection = await revoked.spawn(['nc', address, String(port)])
      await connection.write('version\r\n')
      await connection.waitFor('VERSION', patienceMs)
      return connection
    }),
  )
  const cidrs = [revoked.address4, revoked.address6]
  const { cut } = await tenant.revoke({ name, cidrs })
  expect(cut.map(({ address }) => address).sort()).toEqual([...cidrs].sort())
  for (const connection of held) await connection.exited()
  await expectShut(revoked, host, port)

  expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
  for (const memoryMb of [128, 32]) {
    await readWork(tenant.resize({ name, memoryMb, confirmed: true }))
    expect(await limitMb()).toBe(memoryMb)
    expect(await talk(fetch)).toEqual(hit)
  }
  expect(await tenant.suspend({ name })).toMatchObject({ state: 'suspended' })
  await expectShut(allowed, host, port)
  expect(await tenant.resume({ name })).toMatchObject({ state: 'running' })
  await awaitBoth(allowed, host, port)
  expect(await talk(fetch)).toEqual(hit)

  await readWork(tenant.restart({ name, confirmed: true }))
  expect(await talk(fetch)).toEqual(miss)
  expect(await limitMb()).toBe(32)
  await readWork(tenant.limit({ name, maxConnections: 2048, confirmed: true }))
  expect(await inspect('{{.Config.Cmd}}')).toContain('-c 2048')
  const before = port
  port = 20_700
  await readWork(tenant.move({ name, port, confirmed: true }))
  await awaitBoth(allowed, host, port)
  await expectShut(allowed, host, before)

  await tenant.rename({ name, newName: 'acme-2' })
  name = 'acme-2'
  expect(await talk(`${store}${fetch}`)).toMatchObject({ text: `STORED\r\n${hit.text}` })
  await tenant.flush({ name, confirmed: true })
  expect(await talk(fetch)).toEqual(miss)

  // The same image with another label is another image.
  const image = 'memharbor/memcached:current'
  await mustExec(
    host,
    `at=$(docker create ${image}) && docker commit -c 'LABEL newer=1' $at ${image} && docker rm $at`,
  )
  const older = await inspect('{{.Image}}')
  await readWork(tenant.upgrade({ name, confirmed: true }))
  expect(await inspect('{{.Image}}')).not.toBe(older)
  await awaitBoth(allowed, host, port)
  await expectShut(denied, host, port)
  // A look that failed would say so here.
  const shown = await tenant.show({ name })
  expect(shown).toMatchObject({ id: made.id, port, state: 'running', memoryMb: 32, maxConnections: 2048 })
  expect(shown.upgrade.sentence).toMatch(/^It runs the host's current image/)
  // The kernel is the machine's, and may give a host of this kind no controllers.
  expect(shown.faults.filter((fault) => fault !== 'limits')).toEqual([])

  await readWork(tenant.delete({ name, confirmed: true }))
  await expectShut(allowed, host, port)
  expect(await mustExec(host, 'docker ps --all --format "{{.Names}}"')).not.toContain(made.id)
  expect(await mustExec(host, 'ipset save')).not.toContain(`tcp:${port}`)
  await readWork(tenant.restore({ name }))
  expect(await tenant.show({ name })).toMatchObject({ id: made.id, port, state: 'running' })
  await awaitBoth(allowed, host, port)
  await expectShut(revoked, host, port)
  await readWork(tenant.delete({ name, confirmed: true }))
}
