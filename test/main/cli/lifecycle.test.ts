import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Operation } from '../../../src/contract/activity.ts'
import type { AnsweredTenant, Tenant, TenantLog } from '../../../src/contract/tenant.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { holdConnections } from '../../hosts/hold-connections.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { withoutMetrics } from '../without-metrics.ts'
import { addHost, type CommandRunner, startCommandRunner } from './command-runner.ts'

const reason = skipReason()
// Each command is a program of its own, and there are a dozen in a test.
vi.setConfig({ testTimeout: 180_000 })
const store = 'set greeting 0 0 5\r\nhello\r\n'
const fetch = 'get greeting\r\n'
const found = { kind: 'answer', text: expect.stringContaining('VALUE greeting 0 5\r\nhello') }
const empty = { kind: 'answer', text: 'END\r\n' }

const keptSentence = 'The data in the cache is kept.'
const someSentence = 'The cache gets smaller: what does not fit any more is dropped, the rest is kept.'
const lostSentence = 'Everything in the cache is lost.'

describe.skipIf(reason !== null)(`the life of a tenant by commands${reason ? ` (${reason})` : ''}`, () => {
  let commands: CommandRunner
  let host: HostNamespace
  let client: Client
  let port: number

  beforeAll(async () => {
    commands = await startCommandRunner()
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
    await addHost(commands, host)
    const create = ['tenant', 'create', 'acme', 'beta', 'gamma', '--memory', '32', '--tag', 'Gold']
    const made = await commands.json<{ tenant: Tenant }[]>([...create, '--allow', client.address4])
    port = made[0]?.tenant.port ?? 0
  })

  afterAll(async () => {
    await commands?.stop()
    await client?.stop()
    await host?.stop()
  })

  const talk = (text: string, at = port) => memcacheTalk(client, host.address4, at, text, 5_000)
  const show = async (name = 'acme') => withoutMetrics(await commands.json<Tenant>(['tenant', 'show', name]))
  const tenant = (...args: string[]) => commands.run(['tenant', ...args])
  const tenantJson = <T = Tenant>(...args: string[]) => commands.json<T>(['tenant', ...args])

  it('ends a closing that waits by Ctrl-C, and says that it is kept; and that a program was killed', async () => {
    const kept = (noun: string, name: string) =>
      `The ${noun} of ${name} is kept and tried again by whatever program runs on this store.`
    await tenantJson('create', 'delta', '--memory', '16')
    const sudo = '/usr/local/bin/sudo'
    await writeHostFile(host.namespace, sudo, '#!/bin/sh\nexec sleep 1000\n', { mode: '755' })
    const begin = async (names: readonly string[], ...words: string[]) => {
      const begun = commands.start(['tenant', ...words])
      await until('it is under way', async () => {
        // It may be told on standard error that sudo is slow.
        const { stdout } = await commands.run(['activity', 'list', '--limit', '20', '--json'])
        const logged: Operation[] = JSON.parse(stdout)
        const isRunning = (name: string): boolean =>
          logged.some(
            ({ tenant: of, kind, outcome }) =>
              of === name && kind === `tenant ${words[0]}` && outcome === 'running',
          )
        return names.every(isRunning)
      })
      return begun
    }
    try {
      const cases = [
        [['acme'], 'revoke', 'acme', client.address4],
        // The same again goes on with what was begun then.
        [['acme'], 'revoke', 'acme', client.address4],
        [['beta', 'gamma'], 'suspend', 'beta', 'gamma'],
        [['delta'], 'delete', 'delta', '--yes'],
      ] as const
      for (const [names, ...words] of cases) {
        const begun = await begin(names, ...words)
        // The entry of the same again is there before it begins.
        await until('it says that sudo is slow', () => begun.noted().includes('sudo'))
        begun.kill('SIGINT')
        const { status, stderr } = await begun.ended
        expect({ words, status }).toEqual({ words, status: 130 })
        for (const name of names) expect(stderr).toContain(kept(words[0], name))
        expect(stderr).not.toContain('CANCELLED')
      }
      const owner = await begin(['acme'], 'suspend', 'acme')
      const through = await begin(['beta'], 'suspend', 'beta')
      owner.kill('SIGKILL')
      expect(await through.ended).toMatchObject({ status: 1, stderr: expect.stringContaining('OWNER_ENDED') })
      const waiting = async (...words: string[]) => {
        const begun = commands.start(words)
        await until('it says that sudo is slow', () => begun.noted().includes('sudo'))
        begun.kill('SIGINT')
        return begun
      }
      const reading = await waiting('host', 'check', 'web1')
      expect((await reading.ended).status).toBe(130)
      const changing = await waiting('tenant', 'rename', 'gamma', 'omega')
      await until('it says that it stops', () => changing.noted().includes('Stopping: what has begun'))
      changing.kill('SIGINT')
      expect((await changing.ended).status).toBeUndefined()
    } finally {
      await host.exec(['rm', sudo])
    }
    const list = async () => JSON.parse((await commands.run(['tenant', 'list', '--json'])).stdout) as Tenant[]
    const isClosed = async () => (await list()).every(({ pending }) => pending.length === 0)
    await until('all of it is in force', isClosed, 60_000)
    expect(await talk(fetch)).toEqual({ kind: 'timeout' })
    // A change there finishes beside it what is left of the delete, and says so if it was the first to.
    expect(await tenant('allow', 'acme', client.address4)).toMatchObject({ status: 0 })
    await tenant('resume', 'acme', 'beta', 'gamma')
    expect(await talk(fetch)).toMatchObject({ kind: 'answer' })
    await until('it is gone', async () => (await list()).every(({ name }) => name !== 'delta'), 60_000)
  })

  it('suspends and resumes, and says that the data is kept', async () => {
    expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
    expect(await tenant('suspend', 'acme')).toEqual({
      ...{ status: 0, stdout: 'acme on web1 is suspended.', stderr: keptSentence },
    })
    expect(await show()).toMatchObject({ state: 'suspended' })
    expect(await memcacheTalk(client, host.address4, port)).toEqual({ kind: 'timeout' })
    expect(await tenant('resume', 'acme')).toEqual({
      ...{ status: 0, stdout: 'acme on web1 is resumed.', stderr: keptSentence },
    })
    expect(await talk(fetch)).toMatchObject(found)
    expect(await tenantJson('suspend', 'acme')).toMatchObject({ name: 'acme', state: 'suspended' })
    expect(await tenantJson('resume', 'acme')).toMatchObject({ name: 'acme', state: 'running' })
  })

  it('fails where the host is not reached, and the address is pending until it is', async () => {
    await host.stopSsh()
    try {
      const { status, stdout, stderr } = await tenant('revoke', 'acme', client.address4)
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toMatch(/^NOT_IN_FORCE: Not in force yet: revoking .* of acme\. /m)
      expect(stderr).toContain('tried again by whatever program runs on this store')
      const away = await tenant('show', 'acme', '--json')
      expect(JSON.parse(away.stdout)).toMatchObject({
        ...{ allow: [], pending: [{ kind: 'revoke', cidrs: [`${client.address4}/32`] }] },
      })
      expect((await tenant('list')).stdout).toMatch(/^acme .*PENDING/m)
    } finally {
      await host.startSsh()
    }
    expect(await talk(fetch)).toMatchObject({ kind: 'answer' })
    // The next program that looks there does it.
    const isInForce = async (): Promise<boolean> => {
      const shown: Tenant = JSON.parse((await tenant('show', 'acme', '--json')).stdout)
      return shown.pending.length === 0
    }
    await until('it is in force', isInForce, 60_000)
    expect(await talk(fetch)).toEqual({ kind: 'timeout' })
    await tenantJson('allow', 'acme', client.address4)
    expect(await talk(fetch)).toMatchObject({ kind: 'answer' })
  })

  // Through a panel a command neither loads the whole program nor logs in, so these tests cost less of a processor.
  describe('while a panel has the store', () => {
    beforeAll(() => commands.startPanel())

    it('loses nothing without --yes where nobody can be asked, and says what would be lost', async () => {
      expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
      const before = await show()
      for (const args of [
        ...[
          ['restart', 'acme'],
          ['flush', 'acme'],
          ['delete', 'acme'],
          ['move', 'acme', '--port', '20500'],
        ],
        ['limit', 'acme', '--max-connections', '2048'],
      ]) {
        const { status, stdout, stderr } = await tenant(...args)
        expect({ args, status, stdout }).toEqual({ args, status: 1, stdout: '' })
        expect(stderr.split('\n')[0]).toBe(lostSentence)
        expect(stderr.split('\n').at(-1)).toMatch(
          /^CONFIRMATION_NEEDED: .* Say --yes to do it all the same\.$/,
        )
        const asData = await tenant(...args, '--json')
        expect({ args, status: asData.status, stdout: asData.stdout }).toEqual({
          args,
          status: 1,
          stdout: '',
        })
        expect(JSON.parse(asData.stderr)).toMatchObject({
          ...{ code: 'CONFIRMATION_NEEDED', details: { loses: expect.any(String) } },
        })
      }
      const shrink = await tenant('resize', 'acme', '--memory', '16')
      expect(shrink).toMatchObject({ status: 1, stdout: '' })
      expect(shrink.stderr).toContain('can crash while it shrinks')
      expect(await show()).toEqual(before)
      expect(await talk(fetch)).toMatchObject(found)
    })

    it('lists those whose cache is so', async () => {
      const list = (...words: string[]) => tenant('list', '--health', ...words)
      expect((await list('ok')).stdout).toMatch(/^acme /m)
      expect((await commands.json<Tenant[]>(['tenant', 'list', '--health', 'ok'])).length).toBeGreaterThan(2)
      expect(await list('full')).toMatchObject({ status: 0, stdout: 'No tenant is full.' })
      expect(await list('unwell')).toMatchObject({
        ...{ status: 2, stdout: '', stderr: expect.stringMatching(/Allowed choices are .*unresponsive/) },
      })
    })

    it('several at once: the same without --yes, and nothing is lost', async () => {
      expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
      const { status, stdout, stderr } = await tenant('flush', 'acme', 'beta', 'gamma')
      expect({ status, stdout }).toEqual({ status: 1, stdout: '0 empty, 3 failed.' })
      expect(stderr.match(/^\w+: CONFIRMATION_NEEDED: /gm)).toHaveLength(3)
      expect(await talk(fetch)).toMatchObject(found)
    })

    it('restarts and flushes with --yes, and says that the data is lost', async () => {
      for (const [verb, done] of [
        ['flush', 'empty'],
        ['restart', 'restarted'],
      ] as const) {
        expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
        const ended = await tenant(verb, 'acme', '--yes')
        expect(ended).toMatchObject({ status: 0, stdout: `acme on web1 is ${done}.` })
        expect(ended.stderr.split('\n')[0]).toBe(lostSentence)
        expect(await talk(fetch)).toMatchObject(empty)
        expect(await tenantJson(verb, 'acme', '--yes')).toMatchObject({ name: 'acme', state: 'running' })
      }
      // The container has the current image already, so there is nothing to lose.
      expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
      expect(await tenantJson('upgrade', 'acme')).toMatchObject({ state: 'running' })
      expect(await tenantJson('upgrade', 'acme', '--yes')).toMatchObject({ state: 'running' })
      expect(await talk(fetch)).toMatchObject(found)
    })

    it('resizes with the items in numbers, and says before what is kept', async () => {
      expect(await tenant('resize', 'acme', '--memory', '64')).toMatchObject({
        ...{ status: 0, stdout: 'acme on web1 has 64 MB now. Items before: 1, after: 1.' },
        stderr: expect.stringMatching(new RegExp(`^${keptSentence}`)),
      })
      expect(await tenant('resize', 'acme', '--memory', '32', '--yes')).toMatchObject({
        ...{ status: 0, stdout: 'acme on web1 has 32 MB now. Items before: 1, after: 1.' },
        stderr: expect.stringMatching(new RegExp(`^${someSentence}`)),
      })
      expect(await tenantJson('resize', 'acme', '--memory', '48')).toMatchObject({
        ...{ tenant: { name: 'acme', memoryMb: 48, state: 'running' }, itemsBefore: 1, itemsAfter: 1 },
      })
      expect(await talk(fetch)).toMatchObject(found)
    })

    it('gives more connections and another port', async () => {
      const limited = await tenant('limit', 'acme', '--max-connections', '2048', '--yes')
      expect(limited).toMatchObject({ status: 0, stdout: expect.stringMatching(/Connections +2048 at most/) })
      expect(limited.stderr.split('\n')[0]).toBe(lostSentence)
      expect(await tenantJson('move', 'acme', '--port', '20500', '--yes')).toMatchObject({ port: 20_500 })
      port = 20_500
      expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
      const outside = await tenant('move', 'acme', '--port', '80', '--yes')
      expect(outside).toMatchObject({ status: 1, stderr: expect.stringContaining('PORT_UNAVAILABLE: ') })
      expect(await talk(fetch)).toMatchObject(found)
    })

    it('renames and annotates', async () => {
      expect(await tenantJson('rename', 'acme', 'Acme Ltd')).toMatchObject({ name: 'Acme Ltd' })
      const annotate = ['annotate', 'acme ltd', '--notes', 'pays\nyearly', '--tag', 'EU', '--tag', 'vip']
      expect(await tenantJson(...annotate)).toMatchObject({ notes: 'pays\nyearly', tags: ['eu', 'vip'] })
      expect(await tenant('annotate', 'Acme Ltd', '--no-tags')).toMatchObject({
        ...{ status: 0, stdout: expect.stringMatching(/^Notes +pays/m), stderr: keptSentence },
      })
      expect(await show('Acme Ltd')).toMatchObject({ notes: 'pays\nyearly', tags: [] })
      expect(await tenant('rename', 'Acme Ltd', 'beta')).toMatchObject({
        ...{ status: 1, stderr: expect.stringContaining('NAME_TAKEN: ') },
      })
      expect(await tenant('rename', 'Acme Ltd', 'acme')).toMatchObject({ status: 0, stderr: keptSentence })
      await tenantJson('annotate', 'acme', '--notes', '', '--tag', 'gold')
      const last = () => commands.json<Operation[]>(['activity', 'list', '--limit', '1'])
      const before = await last()
      const nothing = await tenant('annotate', 'acme')
      expect(nothing).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining('--notes, --tag'),
      })
      expect(await last()).toEqual(before)
      expect(await show()).toMatchObject({ notes: '', tags: ['gold'] })
      expect(await talk(fetch)).toMatchObject(found)
    })

    it('says with each change what the memcached of the tenant counts at that moment', async () => {
      const metricsAfter = async (...args: string[]) => {
        const askedAt = new Date().toISOString()
        const answer = await tenantJson<AnsweredTenant | { tenant: AnsweredTenant }>(...args)
        const { metrics } = 'tenant' in answer ? answer.tenant : answer
        if (metrics !== null) expect(metrics.observedAt >= askedAt, args.join(' ')).toBe(true)
        return metrics
      }
      const bytes = (megabytes: number) => ({ limitBytes: megabytes * 2 ** 20 })
      const own = client.address4
      const allow = ['--allow', own, '--allow', client.address6]
      const made = await metricsAfter('create', 'counted', '--memory', '16', ...allow)
      expect(made).toMatchObject({ ...bytes(16), items: 0, getHits: 0, version: expect.any(String) })
      const { id, port: first } = await show('counted')
      expect(await talk(store, first ?? 0)).toMatchObject({ text: 'STORED\r\n' })
      expect(await talk(fetch, first ?? 0)).toMatchObject(found)
      const warm = { ...bytes(16), items: 1, getHits: 1, getMisses: 0 }
      const cases: readonly (readonly [string[], object])[] = [
        [['revoke', 'counted', own], warm],
        [['allow', 'counted', own], warm],
        [['suspend', 'counted'], warm],
        [['annotate', 'counted', '--notes', 'closed'], warm],
        [['resume', 'counted'], warm],
        [['rename', 'counted', 'counting'], warm],
        [['resize', 'counting', '--memory', '24'], { ...warm, ...bytes(24) }],
        [['flush', 'counting', '--yes'], { ...bytes(24), getHits: 1 }],
        [['restart', 'counting', '--yes'], { ...bytes(24), items: 0, getHits: 0 }],
        [['limit', 'counting', '--max-connections', '2048', '--yes'], bytes(24)],
        [['move', 'counting', '--port', '20700', '--yes'], bytes(24)],
        [['upgrade', 'counting', '--yes'], bytes(24)],
      ]
      for (const [args, expected] of cases)
        expect(await metricsAfter(...args), args.join(' ')).toMatchObject(expected)
      const held = await holdConnections(client, host.address6, 20_700, 1)
      const ss = ['ss', '-Htn', 'state', 'established', 'sport', '=', ':20700']
      const socket = /\[2001:[^ ]*:\d+(?=\s*$)/m.exec((await host.exec(ss)).stdout)?.[0] ?? ''
      expect(await metricsAfter('disconnect', 'counting', socket)).toMatchObject(bytes(24))
      await held.release()
      await host.exec(['docker', 'stop', '-t', '1', `memharbor-${id}`])
      expect(await metricsAfter('annotate', 'counting', '--notes', 'down')).toBeNull()
      expect(await metricsAfter('suspend', 'counting')).toBeNull()
      expect(await metricsAfter('delete', 'counting', '--yes')).toBeNull()
      expect(await metricsAfter('restore', 'counting')).toMatchObject({ ...bytes(24), items: 0 })
      expect(await metricsAfter('delete', 'counting', '--yes')).toBeNull()
    })

    it('does the rest when one fails, tells which, and ends with status 1', async () => {
      const { status, stdout, stderr } = await tenant('suspend', 'acme', 'nobody', 'gamma')
      expect(status).toBe(1)
      expect(stdout.split('\n').at(-1)).toBe('2 suspended, 1 failed.')
      expect(stdout.split('\n').slice(0, -1).sort()).toEqual([
        'acme on web1 is suspended.',
        'gamma on web1 is suspended.',
      ])
      expect(stderr).toContain('nobody: NOT_FOUND: There is no tenant named "nobody".')
      const asData = await tenant('resume', 'acme', 'nobody', 'gamma', '--json')
      expect({ status: asData.status, lines: asData.stdout.split('\n').length }).toEqual({
        status: 1,
        lines: 1,
      })
      expect(asData.stderr).toBe('')
      expect(JSON.parse(asData.stdout)).toMatchObject([
        { name: 'acme', ok: true, tenant: { state: 'running' } },
        { name: 'nobody', ok: false, code: 'NOT_FOUND', details: { noun: 'tenant', name: 'nobody' } },
        { name: 'gamma', ok: true, tenant: { state: 'running' } },
      ])
    })

    it('takes all tenants of a tag, in any case of letters', async () => {
      await tenantJson('create', 'outsider', '--memory', '8')
      expect(await tenant('suspend', '--tag', 'GOLD')).toMatchObject({
        ...{ status: 0, stdout: expect.stringMatching(/3 suspended, 0 failed\.$/) },
      })
      expect(await tenantJson<Tenant[]>('list')).toMatchObject([
        ...['acme', 'beta', 'gamma'].map((name) => ({ name, state: 'suspended' })),
        { name: 'outsider', state: 'running' },
      ])
      expect(await tenant('resume', '--tag', 'gold', 'outsider')).toMatchObject({
        ...{ status: 0, stdout: expect.stringMatching(/4 resumed, 0 failed\.$/) },
      })
      await tenantJson('annotate', 'outsider', '--tag', 'trial')
      // One by its tag is still a list.
      expect(await tenantJson('suspend', '--tag', 'trial')).toMatchObject([{ name: 'outsider', ok: true }])
      await tenantJson('resume', 'outsider')
      for (const args of [
        ['delete', 'nobody', '--yes'],
        ['flush', 'nobody'],
        ['limit', 'nobody', '--max-connections', '100'],
        ['rename', 'nobody', 'somebody'],
      ]) {
        // Of what is not there nothing is lost, and nothing is said about it.
        const refused = await tenant(...args)
        expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/^NOT_FOUND: .*"nobody"/) })
      }
      for (const args of [['suspend', '--tag', 'silver'], ['suspend']]) {
        const refused = await tenant(...args)
        expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('INVALID_INPUT: ') })
      }
    })

    it('is done to its end where nobody reads the answer, and says so where that cannot be written', async () => {
      const suspend = ['tenant', 'suspend', '--tag', 'gold']
      const suspended = async () =>
        (await tenantJson<Tenant[]>('list')).filter((each) => each.suspended).map(({ name }) => name)
      expect(await commands.runInto('nobody', suspend)).toEqual({ status: 0, stderr: keptSentence })
      expect(await suspended()).toEqual(['acme', 'beta', 'gamma'])
      await tenantJson('resume', '--tag', 'gold')
      const full = await commands.runInto({ file: '/dev/full' }, suspend)
      expect(full).toEqual({ status: 1, stderr: expect.stringContaining('could not be written') })
      expect(full.stderr).not.toContain('Error')
      expect(await suspended()).toEqual(['acme', 'beta', 'gamma'])
      await tenantJson('resume', '--tag', 'gold')
    })

    it('shows the log and the last end', async () => {
      expect(await tenant('logs', 'beta')).toMatchObject({
        ...{ status: 0, stdout: expect.stringContaining('It has not ended since it was made.') },
      })
      const { id } = await show('beta')
      await host.exec(['docker', 'kill', `memharbor-${id}`])
      expect(await tenantJson<TenantLog>('logs', 'beta', '--lines', '5')).toMatchObject({
        ...{ restarts: 0, lastExit: { status: 137, outOfMemory: false } },
      })
      expect((await tenant('logs', 'beta')).stdout).toMatch(/It ended last at \S+: status 137/)
      expect(await show('beta')).toMatchObject({ state: 'stopped' })
      await tenantJson('restart', 'beta', '--yes')
    })

    it('asks on a terminal, once for all of them; no is the answer that changes nothing', async () => {
      expect(await talk(store)).toMatchObject({ text: 'STORED\r\n' })
      const question = 'Everything in the cache of these 2 tenants is lost. Go on?'
      const flush = ['tenant', 'flush', 'acme', 'beta']
      const declined = await commands.onTerminal([[question, 'n']], flush)
      expect(declined).toMatchObject({ status: 1, unasked: [] })
      expect(await talk(fetch)).toMatchObject(found)
      const accepted = await commands.onTerminal([[question, 'y']], flush)
      expect(accepted).toMatchObject({ status: 0, unasked: [] })
      expect(accepted.seen).toContain('2 empty, 0 failed.')
      expect(await talk(fetch)).toMatchObject(empty)

      const move = ['tenant', 'move', 'acme', '--port', '20600']
      const stayed = await commands.onTerminal([['Go on?', 'n']], move)
      expect(stayed).toMatchObject({ status: 1, unasked: [] })
      expect(await show()).toMatchObject({ port: 20_500 })
      const shrink = ['tenant', 'resize', 'acme', '--memory', '16']
      const shrunk = await commands.onTerminal([['Go on?', 'y']], shrink)
      expect(shrunk).toMatchObject({ status: 0, unasked: [] })
      expect(shrunk.seen).toContain('acme on web1 has 16 MB now.')
    })

    it('gives the log of operations as a table for a spreadsheet', async () => {
      await tenantJson('create', '@risk', '--memory', '8')
      await tenantJson('create', '+49 cache', '--memory', '8')
      const { stdout } = await commands.run(['activity', 'list', '--csv', '--limit', '500'])
      const [head, ...rows] = stdout.split('\r\n')
      expect(head).toBe('startedAt,finishedAt,tookMs,kind,host,tenant,actor,outcome,why')
      const operations = await commands.json<Operation[]>(['activity', 'list', '--limit', '500'])
      expect(rows).toHaveLength(operations.length)
      const tenants = rows.map((row) => row.split(',')[5])
      expect(tenants).toEqual(expect.arrayContaining(["'@risk", "'+49 cache", 'acme']))
      const moved = operations.filter(({ kind, outcome }) => kind === 'tenant move' && outcome === 'done')
      expect(moved).toContainEqual(
        expect.objectContaining({
          after: expect.objectContaining({ port: 20_500 }),
          tookMs: expect.any(Number),
        }),
      )
    })

    it('deletes several after one question', async () => {
      const question = 'Everything in the cache of these 4 tenants is lost. Go on?'
      const deleted = await commands.onTerminal(
        [[question, 'y']],
        ['tenant', 'delete', '--tag', 'gold', 'outsider'],
      )
      expect(deleted).toMatchObject({ status: 0, unasked: [] })
      expect(deleted.seen).toContain('4 deleted, 0 failed.')
      const rest = await tenantJson<{ ok: boolean }[]>('delete', '@risk', '+49 cache', '--yes')
      expect(rest.map(({ ok }) => ok)).toEqual([true, true])
      expect(await tenantJson('list')).toEqual([])
      expect((await host.exec(['docker', 'ps', '-aq'])).stdout).toBe('')
    })
  })
})
