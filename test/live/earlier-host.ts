import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { addWords, unpackEarlier } from '../main/journey/earlier-program.ts'
import { openPanel, prepareSandbox, readWork } from '../main/panel.ts'
import { mustExec, writeFile } from './boot-service.ts'
import type { LiveWorld } from './live-world.ts'
import { awaitBoth, expectShut } from './reach-both.ts'

const name = 'earlier'
const hit = { kind: 'answer', text: 'VALUE kept 0 4\r\ndata\r\nEND\r\n' }
/** After the rule that asks, because the last one wins. */
const rule = '/etc/sudoers.d/zy-earlier'

/**
 * Has the program of b696e63 prepare the host and make a tenant, then today's panel take both over and bring the helper up
 * to date: the cache stays, and who is let in.
 */
export const takeOverEarlier = async (world: LiveWorld): Promise<void> => {
  const { host, allowed, denied, revoked } = world
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
  const program = await unpackEarlier()
  const run = (...words: readonly string[]) => program.run(folder, ...words)
  // It knows sudo's words only, and its terminal would ask for the password.
  await writeFile(host, rule, `${host.user} ALL=(ALL:ALL) NOPASSWD: ALL\n`)
  await mustExec(host, `chmod 440 ${rule}`)
  await run(...addWords(host, host.name))
  await run('host', 'prepare', host.name, '--yes')
  // uutils 0.0.30 asks before it removes a file that has no bit for writing, and takes no answer for a no.
  await mustExec(host, `rm -f ${rule}`)
  await run('tenant', 'create', name, '--memory', '64')
  for (const address of [allowed.address4, allowed.address6, revoked.address4, revoked.address6])
    await run('tenant', 'allow', name, address)
  await run('tenant', 'revoke', name, revoked.address4, revoked.address6)
  const [made] = JSON.parse(await run('tenant', 'list', '--json'))
  const talk = (words: string) => memcacheTalk(allowed, host.address4, made.port, words, 10_000)
  expect(await talk('set kept 0 0 4\r\ndata\r\n')).toMatchObject({ text: 'STORED\r\n' })

  await world.panel.stop()
  world.panel = await openPanel(folder)
  const { client } = world.panel
  const helper = async () => (await client.host.helpers())[0]
  expect(await helper()).toMatchObject({ standing: 'older' })
  const started = () => mustExec(host, `docker inspect -f '{{.State.StartedAt}}' memharbor-${made.id}`)
  const before = await started()
  await prepareSandbox(world.panel, host)
  expect(await helper()).toMatchObject({ standing: 'current', filterFault: null })
  expect(await started()).toBe(before)
  expect(await talk('get kept\r\n')).toEqual(hit)
  await awaitBoth(allowed, host, made.port)
  for (const client of [denied, revoked]) await expectShut(client, host, made.port)
  await readWork(client.tenant.upgrade({ name, confirmed: true }))
  await awaitBoth(allowed, host, made.port)
  await readWork(client.tenant.delete({ name, confirmed: true }))
}
