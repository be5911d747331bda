import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tenant } from '../../../src/contract/tenant.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { mustRun } from '../../hosts/run.ts'
import { helperPath } from '../../resources/host/helper-host.ts'
import { makeFolder } from '../folder.ts'
import { addWords, unpackEarlier } from '../journey/earlier-program.ts'
import { createTenant, prepareSandbox, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { clearHost, keepState } from './kept-state.ts'

/** Helper 1.2.0, as it was at b696e63. */
const fixtures = join(import.meta.dirname, '../../fixtures/b696e63')
const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
const stateFolder = '/var/lib/memharbor'

/** The state as helper 1.2.0 wrote it: schema 2, no history, no revision of each entry. */
const writeEarlierState = `
import json
path = '/var/lib/memharbor/state.json'
state = json.load(open(path))
kept = ('revision', 'hostId', 'range', 'supernet', 'reservedMb', 'operators', 'tenants', 'replies', 'released')
json.dump({'schema': 2, **{key: state[key] for key in kept}}, open(path, 'w'))
open('/var/lib/memharbor/journal', 'w')
`

/** As one of before the tag: to it what follows NOPASSWD is no command. */
const oldVisudo = '#!/bin/sh\n! grep -q "EXEC: /" "$2" && exec /usr/sbin/visudo.kept "$@"\n'

describeOnHosts('a registry that this panel did not write:', () => {
  let world: PanelHost
  let host: HostNamespace

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    await keepState(host)
  })
  afterAll(() => world?.stop())

  describe('versions side by side', () => {
    let client: Client
    beforeAll(async () => {
      client = await world.addClient()
    })

    const docker = (...argv: string[]) => mustRun(host.namespace.enter(['docker', ...argv]))
    /** From the host itself, where no filter is in between. */
    const readLimit = async (port: number): Promise<number> => {
      const { stdout } = await host.exec(['nc', '-w', '5', '127.0.0.1', String(port)], {
        input: 'stats\r\nquit\r\n',
      })
      return Number(/limit_maxbytes (\d+)/.exec(stdout)?.[1]) / 2 ** 20
    }

    it('the panel of b696e63 on a host with the helper of today', { timeout: 400_000 }, async () => {
      const earlier = await unpackEarlier()
      let folder = await makeFolder()
      const run = (...args: readonly string[]): Promise<string> => earlier.run(folder, ...args)
      const add = () => run(...addWords(host, 'web1'))
      await add()
      const { port } = JSON.parse(await run('tenant', 'create', 'old', '--json')) as Tenant
      const talk = () => memcacheTalk(client, host.address4, port ?? 0)
      await run('tenant', 'allow', 'old', client.address4)
      expect(await talk()).toMatchObject(answer)
      await run('tenant', 'suspend', 'old', '--yes')
      expect(await talk()).toEqual(closed)
      await run('tenant', 'resume', 'old')
      expect(await talk()).toMatchObject(answer)
      await run('tenant', 'revoke', 'old', client.address4)
      expect(await talk()).toEqual(closed)
      expect(JSON.parse(await run('tenant', 'list', '--json'))).toMatchObject([{ name: 'old', allow: [] }])
      await run('tenant', 'delete', 'old', '--yes')
      // A container of today starts with what that panel gives it.
      const { id, port: at } = await createTenant(world.panel, { name: 'fresh', memoryMb: 64 })
      // It takes in what others made when it meets a host.
      folder = await makeFolder()
      await add()
      await run('tenant', 'resize', 'fresh', '--memory', '128')
      await docker('restart', '-t', '1', `memharbor-${id}`)
      await until('it starts with 128 MB', async () => (await readLimit(at)) === 128)
      await readWork(world.panel.client.tenant.delete({ name: 'fresh', confirmed: true }))
    })

    it('the panel of today on a host with the helper of b696e63', async () => {
      const text = await readFile(join(fixtures, 'memharbor-host'), 'utf8')
      await world.reopen(async () => {
        await mustRun(host.namespace.enter(['/usr/bin/python3', '-c', writeEarlierState]))
        await writeHostFile(host.namespace, helperPath, text, { mode: '755' })
      })
      const { tenant } = world.panel.client
      const { id, port } = await createTenant(world.panel, { name: 'new', memoryMb: 64 })
      const talk = () => memcacheTalk(client, host.address4, port)
      // Nothing on that host writes what it would start with.
      expect(await docker('inspect', '-f', '{{.Config.Cmd}} {{.Mounts}}', `memharbor-${id}`)).toMatch(
        /^\[-m 64 .*\[\]\n$/,
      )
      expect((await tenant.show({ name: 'new' })).upgrade).toMatchObject({ available: false })
      await tenant.allow({ name: 'new', entries: [{ cidr: client.address4 }] })
      expect(await talk()).toMatchObject(answer)
      await tenant.suspend({ name: 'new' })
      expect(await talk()).toEqual(closed)
      await tenant.resume({ name: 'new' })
      expect(await talk()).toMatchObject(answer)
      const nowhere = '198.51.100.78/32'
      const both = tenant.revoke({ name: 'new', cidrs: [client.address4, nowhere] })
      expect(await problemOf(both)).toMatchObject({
        ...{ code: 'ENTRY_ABSENT', details: { cidr: nowhere, revoked: [`${client.address4}/32`] } },
      })
      expect(await talk()).toEqual(closed)
      expect(await tenant.show({ name: 'new' })).toMatchObject({ state: 'running', allow: [], pending: [] })
      const { lines } = await world.panel.client.host.check({ name: 'web1' })
      expect(lines.find(({ subject }) => subject === 'Helper')).toMatchObject({
        ...{ verdict: 'missing', sentence: expect.stringContaining('1.2.0'), advice: 'Prepare the host.' },
      })
      await tenant.allow({ name: 'new', entries: [{ cidr: client.address4 }] })
      await readWork(tenant.delete({ name: 'new', confirmed: true }))
      // It does not say since when it keeps the port back, so nobody gets in before somebody has looked.
      expect((await readWork(tenant.restore({ name: 'new' }))).result).toMatchObject({
        ...{ port, state: 'suspended', closedWhy: expect.stringContaining('nobody gets in') },
      })
      expect(await talk()).toEqual(closed)
      await tenant.resume({ name: 'new' })
      expect(await talk()).toMatchObject(answer)
      await readWork(tenant.delete({ name: 'new', confirmed: true }))
      expect(await tenant.list({})).toEqual([])
      // Its state and journal are taken over as they are.
      const { steps } = (await prepareSandbox(world.panel, host)).plan
      expect(steps.map(({ kind }) => kind)).toContain('install-helper')
      expect((await createTenant(world.panel, { name: 'again' })).state).toBe('running')
    })
  })

  describe('it was lost, is damaged or can only be read', { timeout: 400_000 }, () => {
    const timeLimits = { callMs: 4_000, lookMs: 2_000, heardMs: 500 }

    beforeAll(async () => {
      await readWork(world.panel.client.tenant.delete({ name: 'again', confirmed: true }))
      await world.renew(() => clearHost(host), { timeLimits })
    })

    it('has none of them pending once the operator has accepted the new one', async () => {
      const allow = [{ cidr: '203.0.113.7' }]
      const first = await createTenant(world.panel, { name: 'g1', allow })
      for (const name of ['g2', 'g3']) await createTenant(world.panel, { name, allow })
      await host.dropLink()
      const { client } = world.panel
      expect(await problemOf(client.tenant.suspend({ name: 'g1' }))).toMatchObject({ code: 'NOT_IN_FORCE' })
      const deleting = readWork(client.tenant.delete({ name: 'g3', confirmed: true }))
      expect(await problemOf(deleting)).toMatchObject({ code: 'NOT_IN_FORCE' })
      await host.exec(['sh', '-c', 'rm -rf /var/lib/memharbor/*'])
      await host.restoreLink()
      await prepareSandbox(world.panel, host)
      const { replaced } = await client.host.trust({ name: 'web1' })
      expect(replaced?.sentence).toMatch(/suspending g1, deleting g3/)
      await client.host.trust({ name: 'web1', registryId: replaced?.registryId ?? '' })
      await until(
        'nothing is pending',
        async () => (await client.host.list())[0]?.pending.length === 0,
        20_000,
      )
      await until(
        'g3 is deleted',
        async () => (await client.tenant.list({})).every(({ name }) => name !== 'g3'),
        // Its recovery failed until the operator had accepted the server, and its pauses grow to a minute.
        90_000,
      )
      await host.exec(['docker', 'stop', `memharbor-${first.id}`])
      const taking = createTenant(world.panel, { name: 'new' })
      expect(await problemOf(taking), 'the port of g1 is free there').toMatchObject({
        ...{ code: 'HOST_PUT_BACK', details: { tenant: 'g1' } },
      })
      const plan = await client.host.planRecover({ name: 'web1', as: 'panel' })
      await readWork(
        client.host.recover({
          name: 'web1',
          as: 'panel',
          fingerprint: plan.fingerprint,
          confirmed: true,
        }),
      )
      const tenants = await client.tenant.list({})
      expect(tenants.map(({ name, state, pending }) => ({ name, state, pending }))).toEqual([
        { name: 'g1', state: 'suspended', pending: [] },
        { name: 'g2', state: 'running', pending: [] },
      ])
    })

    it('takes access away on a disk that can only be read, and says until when', async () => {
      const { client } = world.panel
      const pending = async () => (await client.tenant.list({})).find(({ name }) => name === 'g2')?.pending
      await client.tenant.allow({ name: 'g2', entries: [{ cidr: '198.51.100.7' }] })
      const container = `memharbor-${(await client.tenant.show({ name: 'g2' })).id}`
      await host.exec(['docker', 'network', 'connect', 'bridge', container])
      await host.exec([
        'sh',
        '-ec',
        `mount --bind ${stateFolder} ${stateFolder}; mount -o remount,bind,ro ${stateFolder}`,
      ])
      const problem = await problemOf(client.tenant.revoke({ name: 'g2', cidrs: ['198.51.100.7'] }))
      expect(problem).toMatchObject({ code: 'NOT_KEPT', details: { until: 'boot' } })
      expect(problem.message).toBe(
        `Closed on web1, but not kept there: revoking 198.51.100.7/32 of g2. ${stateFolder} there cannot be written (Read-only file system). It is still reached by the network bridge: run \`docker network disconnect bridge ${container}\` there.`,
      )
      await host.exec(['docker', 'network', 'disconnect', 'bridge', container])
      expect(problem.advice).toMatch(
        /^Nobody gets in by it until web1 is booted: put the cause right before that\./,
      )
      expect((await host.exec(['ipset', 'save', 'mh4'])).stdout).not.toContain('198.51.100.7')
      expect(await pending()).toMatchObject([{ kind: 'revoke', cidrs: ['198.51.100.7/32'], closed: true }])
      const { ready, lines } = await client.host.check({ name: 'web1' })
      expect(ready).toBe(false)
      // What is tried again here has one advice, and it is not to do it again.
      expect(lines.filter(({ subject }) => subject === 'Closings')).toMatchObject([
        {
          sentence: expect.stringMatching(/^Closed, but not kept there yet: revoke of g2 /),
          advice: expect.stringMatching(
            /^Put the cause right there before its next boot.* It is tried again/,
          ),
        },
      ])
      const shown = await client.tenant.show({ name: 'g2' })
      expect(shown).toMatchObject({ faults: [], why: expect.stringContaining('put the cause right before') })
      expect(shown.why).not.toContain('again as soon as')
      const allowed = await problemOf(
        client.tenant.allow({ name: 'g2', entries: [{ cidr: '198.51.100.8' }] }),
      )
      expect(allowed).toMatchObject({ code: 'CLOSING_FIRST', details: { isInFilter: true } })
      expect(allowed.message).toBe(
        `g2 was not changed, because revoking 198.51.100.7/32 of g2 comes first: it is closed in the filter of web1, and not kept there yet. ${stateFolder} there cannot be written (Read-only file system).`,
      )
      const noted = await problemOf(client.tenant.annotate({ name: 'g1', notes: 'new' }))
      expect(noted.code).toBe('STATE_UNWRITABLE')
      expect(noted.message).toMatch(
        /^Nothing was changed on web1\. \/var\/lib\/memharbor on web1 cannot be written: Read-only file system\./,
      )
      expect(noted.advice).toMatch(/^Make room on that disk, or mount it writable: .* Then do it again\.$/)
      expect((await client.tenant.show({ name: 'g1' })).notes).toBe('')
      const sentence = expect.stringMatching(
        /^\/var\/lib\/memharbor on web1 cannot be written: .* read-only\./,
      )
      expect(lines).toContainEqual(expect.objectContaining({ subject: 'System', verdict: 'bad', sentence }))
      await host.exec(['umount', stateFolder])
      // Reading the list tries again first.
      await until('the host has kept it', async () => (await pending())?.length === 0, 20_000)
    })

    it('says who gets in with damaged records, and begins new ones when it is prepared', async () => {
      const { client } = world.panel
      const stateFile = `${stateFolder}/state.json`
      const gone = await createTenant(world.panel, { name: 'gone' })
      await readWork(client.tenant.delete({ name: 'gone', confirmed: true }))
      const containers = async () => (await host.exec(['docker', 'ps', '-q', '--no-trunc'])).stdout
      const before = await containers()
      const entries = async () => (await host.exec(['ipset', 'save', 'mh4'])).stdout.match(/^add .*/gm) ?? []
      await host.exec(['sh', '-c', `printf '{' > ${stateFile}; : > /var/lib/memharbor/journal`])
      expect(await entries()).toEqual([expect.stringContaining('203.0.113.7,tcp:')])
      const revoking = client.tenant.revoke({ name: 'g2', cidrs: ['203.0.113.7'] })
      const problem = await problemOf(revoking)
      expect(problem).toMatchObject({ code: 'NOT_KEPT', details: { until: 'repair' } })
      expect(problem.message).toBe(
        `Closed on web1, but not kept there: revoking 203.0.113.7/32 of g2. ${stateFile} is damaged: it is not JSON.`,
      )
      expect(problem.advice).toMatch(
        /^Nobody at all gets in on web1 until its records are put right: its check says how\./,
      )
      expect(await entries()).toEqual([])
      const filterLine = async () =>
        (await client.host.check({ name: 'web1' })).lines.find(({ subject }) => subject === 'Filter')
      expect(await filterLine()).toMatchObject({
        verdict: 'missing',
        sentence: expect.stringMatching(/is damaged: its ports are closed to everybody\.$/),
        advice: expect.stringMatching(/prepare the host: .*host recover web1 --as-panel/),
      })
      const { plan, result } = await prepareSandbox(world.panel, host)
      expect(plan.steps.map(({ kind }) => kind)).toEqual(['renew-records'])
      expect(result.server?.advice).toMatch(/host trust web1.*host recover web1 --as-panel/)
      const resting = async () => {
        const { released } = JSON.parse((await host.exec(['cat', stateFile])).stdout)
        return (released as { port: number }[]).map(({ port }) => port)
      }
      expect(await resting()).toContain(gone.port)
      expect((await host.exec(['sh', '-c', `cat ${stateFile}.damaged-*`])).stdout).toBe('{')
      expect(await entries()).toEqual([])
      // The advice of the check brings back what this panel has, and what it had closed stays closed.
      const { replaced } = await client.host.trust({ name: 'web1' })
      expect(replaced?.sentence).toContain('It has the containers of g1, g2, but no record')
      const trusted = await client.host.trust({ name: 'web1', registryId: replaced?.registryId ?? '' })
      expect(trusted.host.putBack?.tenants).toContain('g1')
      // The closing of g2 that waited for this is tried meanwhile, and g2 is asked about when that has ended.
      await until('both are asked about', async () => {
        await client.tenant.list({})
        return (await client.host.list())[0]?.putBack?.tenants.join() === 'g1,g2'
      })
      const { fingerprint } = await client.host.planRecover({ name: 'web1', as: 'panel' })
      await readWork(client.host.recover({ name: 'web1', as: 'panel', fingerprint, confirmed: true }))
      expect(await client.tenant.list({})).toMatchObject([
        { name: 'g1', state: 'suspended', pending: [] },
        { name: 'g2', state: 'running', pending: [], allow: [] },
      ])
      expect(await filterLine()).toMatchObject({ verdict: 'good' })
      expect(await entries()).toEqual([])
      expect(await containers(), 'the same containers').toBe(before)
      const others = [gone.port, ...(await resting())]
      expect(others).not.toContain((await createTenant(world.panel, { name: 'new' })).port)
    })

    it('gets a rule again that lacks the tag against noexec, once where visudo does not know the tag', async () => {
      const rules = '/etc/sudoers.d/zz-memharbor'
      const readRules = async () => (await host.exec(['cat', rules])).stdout
      const loseTag = () => host.exec(['sed', '-i', 's/EXEC: //', rules])
      const prepare = async () => (await prepareSandbox(world.panel, host)).plan.steps.map(({ kind }) => kind)
      await loseTag()
      expect(await prepare()).toEqual(['install-helper'])
      expect(await readRules()).toContain('NOPASSWD: EXEC: /')
      expect(await prepare()).toEqual([])
      await host.exec(['mv', '/usr/sbin/visudo', '/usr/sbin/visudo.kept'])
      await writeHostFile(host.namespace, '/usr/sbin/visudo', oldVisudo, { mode: '755' })
      await loseTag()
      expect(await prepare()).toEqual(['install-helper'])
      expect(await readRules()).not.toContain('NOPASSWD: EXEC: /')
      expect(await prepare()).toEqual([])
    })
  })
})
