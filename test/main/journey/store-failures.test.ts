import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import type { Running } from '../../hosts/running.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { type BuiltProgram, buildCommandLine, buildSharedProgram } from '../program.ts'
import { readHostState } from '../world-state.ts'
import { type SmallDisk, startOnSmallDisk } from './small-disk.ts'

const reason = skipReason()
const full = {
  problem: { code: 'STORE_UNUSABLE', details: { reason: 'the disk is full' } },
  message: expect.stringMatching(/^The store \/.*memharbor\.sqlite cannot be used: the disk is full\.$/),
}
const readOnly = { problem: { code: 'STORE_UNUSABLE', details: { reason: 'the disk is read-only' } } }

type Call = readonly [noun: string, verb: string, input: object]

const create = (name: string): Call => ['tenant', 'create', { name, allow: [{ cidr: '203.0.113.9' }] }]
const allow = (cidr: string): Call => ['tenant', 'allow', { name: 'acme', entries: [{ cidr }] }] as const
const revoke = (cidr: string): Call => ['tenant', 'revoke', { name: 'acme', cidrs: [cidr] }]
const remove = (name: string): Call => ['tenant', 'delete', { name, confirmed: true }]

describe.skipIf(reason !== null)(
  `a store that cannot be written${reason === null ? '' : ` (${reason})`}`,
  () => {
    let program: Pick<BuiltProgram, 'path'>
    let commandLine: Pick<BuiltProgram, 'path'>
    let host: HostNamespace
    let disk: SmallDisk
    let store: string

    beforeAll(async () => {
      program = await buildSharedProgram(new URL('router-program.ts', import.meta.url).pathname)
      commandLine = await buildCommandLine()
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      store = await mkdtemp(join(tmpdir(), 'memharbor-disk-'))
      disk = await startOnSmallDisk(program.path, store)
      const target = { kind: 'ssh', address: host.address4, user: host.user, identityFile: host.identityFile }
      await ok('host', 'add', { name: 'web1', target, hostKeys: [host.hostKeyFingerprint] })
      const plan = (await ok('host', 'planPrepare', { name: 'web1' })) as { fingerprint: string }
      await ok('host', 'prepare', { name: 'web1', fingerprint: plan.fingerprint, confirmed: false })
      await ok('tenant', 'create', { name: 'acme', allow: [{ cidr: '203.0.113.7' }] })
    })

    afterAll(async () => {
      await disk?.end()
      await host?.stop()
    })

    const ok = async (noun: string, verb: string, input: object): Promise<unknown> => {
      const answer = await disk.call(noun, verb, input)
      if ('problem' in answer) throw new Error(`${noun} ${verb}: ${JSON.stringify(answer)}`)
      return answer.value
    }
    /** Without what the caches count, which goes on. */
    const list = async () =>
      ((await ok('tenant', 'list', {})) as object[]).map((tenant) => ({ ...tenant, metrics: undefined }))
    /** Every change of records waits for this lock, so that something can be done in between. */
    const holdRecords = async (): Promise<Running> => {
      const held = await host.spawn(['flock', '/var/lib/memharbor/lock', 'sh', '-c', 'echo held; read _'])
      await held.waitFor('held')
      return held
    }
    const letGo = async (held: Running): Promise<void> => {
      await held.end()
      await held.exited()
    }

    /** Fills the disk, and with changes of the right length what the journal's last block has left, to less than any line. */
    const fillWholly = async (): Promise<void> => {
      const journal = `${store}/data/memharbor.sqlite.journal`
      const size = async () => Number((await disk.exec(['stat', '-c', '%s', journal])).stdout)
      const left = async () => 4_096 - ((await size()) % 4_096)
      const most = 30
      const write = async (columns: number): Promise<number> => {
        const before = await size()
        const tenantColumns = Array.from({ length: columns }, (_, at) => String(at).padStart(40, 'x'))
        await ok('settings', 'change', { tenantColumns })
        return (await size()) - before
      }
      const least = await write(0)
      // With the comma between two of them.
      const each = (await write(2)) - (await write(1))
      while ((await left()) < least || (await left()) > least + most * each) await write(0)
      await disk.fill()
      await write(Math.floor(((await left()) - least) / each))
      expect(await left()).toBeLessThan(140)
    }

    const hashJournal = async (): Promise<string> =>
      (await disk.exec(['sha256sum', `${store}/data/memharbor.sqlite.journal`])).stdout
    const containers = async () =>
      (await host.exec(['docker', 'ps', '-aq', '--filter', 'label=io.memharbor.tenant'])).stdout
        .split('\n')
        .filter(Boolean)
    const records = async (): Promise<{ name: string; port: number }[]> => {
      const input = '{"v":1,"op":"records"}\n'
      const { stdout } = await host.exec(['/usr/local/sbin/memharbor-host'], { input })
      return Object.values(
        (JSON.parse(stdout) as { tenants: Record<string, { name: string; port: number }> }).tenants,
      )
    }
    const opened = async () =>
      [...(await host.exec(['ipset', 'save', 'mh4'])).stdout.matchAll(/^add mh4 (\S+)/gm)]
        .map(([, entry]) => entry)
        .sort()

    it.each([
      ['full', fillWholly, () => disk.free(), full],
      ['read-only', () => disk.forbidWriting(), () => disk.permitWriting(), readOnly],
    ] as const)(
      '%s from the start: every change is refused and none has begun',
      async (_, spoil, heal, expected) => {
        const before = { host: await readHostState(host), list: await list() }
        await spoil()
        for (const call of [create('next'), allow('203.0.113.8')]) {
          expect(await disk.call(...call)).toMatchObject(expected)
          expect(await readHostState(host)).toEqual(before.host)
        }
        expect(await list()).toEqual(before.list)
        const env = ['env', '-i', 'PATH=/usr/bin', `HOME=${store}`, `MEMHARBOR_DATA=${store}/data`]
        const said = await disk.exec([...env, process.execPath, commandLine.path, 'tenant', 'create', 'next'])
        expect(said).toMatchObject({
          status: 1,
          stdout: '',
          stderr: expect.stringMatching(/^STORE_UNUSABLE: [^\n]+\n$/),
        })
        await heal()
        expect(await readHostState(host)).toEqual(before.host)
        await ok(...create('next'))
        await ok(...remove('next'))
        expect(await list()).toMatchObject([{ name: 'acme' }])
      },
    )

    it('full: a delete that cannot be noted shuts everybody out, and is made again', async () => {
      await ok(...create('gone'))
      const port = (await records()).find(({ name }) => name === 'gone')?.port
      const letIn = async () => (await opened()).filter((entry) => entry?.endsWith(`:${port}`))
      expect(await letIn()).toHaveLength(1)
      await fillWholly()
      expect(await disk.call(...remove('gone'))).toMatchObject({ problem: { code: 'NOT_RECORDED' } })
      expect(await letIn()).toEqual([])
      await disk.free()
      await ok(...remove('gone'))
      expect(await list()).toMatchObject([{ name: 'acme' }])
    })

    it('full: what is taken away is out all the same, and a command says what to do', async () => {
      await ok(...allow('203.0.113.9'))
      const env = ['env', '-i', 'PATH=/usr/bin', `HOME=${store}`, `MEMHARBOR_DATA=${store}/data`]
      const command = (...args: string[]) => disk.exec([...env, process.execPath, commandLine.path, ...args])
      const saved = () => disk.exec(['sh', '-c', `cd ${store}/data && sha256sum memharbor.sqlite*`])
      await disk.exec(['touch', `${store}/data/lock`])
      await fillWholly()
      const before = await saved()
      const refused = {
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(/ the disk is full\. Make room on that/),
      }
      expect(await command('tenant', 'allow', 'acme', '203.0.113.8')).toMatchObject(refused)
      expect(await command('tenant', 'rename', 'acme', 'beta')).toMatchObject(refused)
      const revoked = await command('tenant', 'revoke', 'acme', '203.0.113.9')
      expect(revoked).toMatchObject(refused)
      expect(revoked.stderr).toMatch(
        /^NOT_RECORDED: In force on web1, but not kept here: revoking 203\.0\.113\.9/,
      )
      expect(await opened()).toEqual(['203.0.113.7,tcp:20000'])
      await host.dropLink()
      const unsure = await command('tenant', 'suspend', 'acme')
      await host.restoreLink()
      expect(unsure.stderr).toMatch(
        /^NOT_CLOSED: Not in force for certain, and not kept here: suspending acme\. Host web1 .* the disk is full\./m,
      )
      expect(await opened()).toEqual(['203.0.113.7,tcp:20000'])
      expect(await saved()).toEqual(before)
      await disk.free()
      // The program that has been open all the time asks the host first, which has it out already.
      await ok(...revoke('203.0.113.9'))
      await ok(...create('next'))
      await ok(...remove('next'))
      expect(await list()).toMatchObject([{ name: 'acme', allow: [{ cidr: '203.0.113.7/32' }] }])
    })

    it('read-only: what is revoked is out all the same, and the panel learns it from the host', async () => {
      await ok(...allow('203.0.113.9'))
      await disk.forbidWriting()
      const answer = await disk.call(...revoke('203.0.113.9'))
      expect(answer).toMatchObject({ problem: { code: 'NOT_RECORDED', details: { tenant: 'acme' } } })
      expect(await opened()).toEqual(['203.0.113.7,tcp:20000'])
      await disk.permitWriting()
      await ok(...create('next'))
      await ok(...remove('next'))
      expect(await list()).toMatchObject([{ name: 'acme', allow: [{ cidr: '203.0.113.7/32' }] }])
    })

    it('read-only: a command that only begins then takes access away all the same', async () => {
      await ok(...create('other'))
      await ok(...allow('203.0.113.8'))
      const env = ['env', '-i', 'PATH=/usr/bin', `HOME=${store}`, `MEMHARBOR_DATA=${store}/data`]
      const command = (...args: string[]) => disk.exec([...env, process.execPath, commandLine.path, ...args])
      const saved = () => disk.exec(['sh', '-c', `cd ${store}/data && sha256sum memharbor.sqlite*`])
      // As every program on a store leaves it; the one that these tests call takes no lock.
      await disk.exec(['touch', `${store}/data/lock`])
      const before = await saved()
      await disk.forbidWriting()
      const isOut = {
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(/^NOT_RECORDED: In force on web1, but not kept here: /m),
      }
      expect(await command('tenant', 'revoke', 'acme', '203.0.113.8')).toMatchObject(isOut)
      expect(await opened()).toEqual(['203.0.113.7,tcp:20000', expect.stringMatching(/^203.0.113.9,tcp:/)])
      expect(await command('tenant', 'suspend', 'other')).toMatchObject(isOut)
      expect(await opened()).toEqual(['203.0.113.7,tcp:20000'])
      expect(await command('tenant', 'list')).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('acme'),
      })
      expect(await command('tenant', 'allow', 'acme', '203.0.113.8')).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^STORE_UNUSABLE: .*can only be read/),
      })
      await disk.permitWriting()
      expect(await saved()).toEqual(before)
      await ok(...revoke('203.0.113.8'))
      await ok(...remove('other'))
      // Takes in what the commands did, so that the next change does not have to.
      await ok(...create('next'))
      await ok(...remove('next'))
      expect(await list()).toMatchObject([{ name: 'acme', allow: [{ cidr: '203.0.113.7/32' }] }])
    })

    it('read-only after the port is reserved: the create is taken back there', async () => {
      const held = await holdRecords()
      disk.begin(...create('half'))
      await disk.atStep('reserve-port')
      await disk.forbidWriting()
      await letGo(held)
      expect(await disk.answer()).toMatchObject(readOnly)
      expect((await records()).map(({ name }) => name)).toEqual(['acme'])
      expect(await containers()).toHaveLength(1)
      await disk.permitWriting()
      const next = (await ok(...create('next'))) as { port: number }
      expect(await list()).toMatchObject([{ name: 'acme' }, { name: 'next' }])
      expect((await records()).map(({ port }) => port)).toContain(next.port)
      await ok(...remove('next'))
    })

    it('read-only while the container is made: nothing of it stays', async () => {
      await host.pauseDocker()
      disk.begin(...create('half'))
      await disk.atStep('create-container')
      await disk.forbidWriting()
      await host.resumeDocker()
      expect(await disk.answer()).toMatchObject(readOnly)
      expect((await records()).map(({ name }) => name)).toEqual(['acme'])
      expect(await containers()).toHaveLength(1)
      expect(await opened()).toEqual(['203.0.113.7,tcp:20000'])
      await disk.permitWriting()
      await ok(...create('half'))
      expect(await list()).toMatchObject([{ name: 'acme' }, { name: 'half' }])
      await ok(...remove('half'))
    })

    it.each(['allow', 'revoke'] as const)(
      'read-only while entries change (%s): the host and the store say the same',
      async (verb) => {
        const other = '203.0.113.8'
        if (verb === 'revoke') await ok(...allow(other))
        const held = await holdRecords()
        const saved = await hashJournal()
        disk.begin(...(verb === 'allow' ? allow(other) : revoke(other)))
        // The host is asked after the intent is saved, and has to wait for the lock.
        await until('the intent is saved', async () => (await hashJournal()) !== saved)
        await disk.forbidWriting()
        await letGo(held)
        // Access that was taken away stays away, and the answer says so.
        const expected = verb === 'allow' ? readOnly : { problem: { code: 'NOT_RECORDED' } }
        expect(await disk.answer()).toMatchObject(expected)
        await disk.permitWriting()
        await ok(...create('next'))
        await ok(...remove('next'))
        const [acme] = (await list()) as unknown as { allow: { cidr: string }[] }[]
        const allowed = acme?.allow.map(({ cidr }) => cidr.replace('/32', ',tcp:20000')).sort()
        expect(await opened()).toEqual(allowed)
        expect(allowed).toContain('203.0.113.7,tcp:20000')
        if (allowed?.length === 2) await ok(...revoke(other))
      },
    )

    it('read-only while a tenant is deleted: it is gone after the next change', async () => {
      await ok(...create('doomed'))
      await host.pauseDocker()
      disk.begin(...remove('doomed'))
      await disk.atStep('remove-container')
      await disk.forbidWriting()
      await host.resumeDocker()
      expect(await disk.answer()).toMatchObject({
        problem: { code: 'NOT_RECORDED' },
        message: expect.stringMatching(/^In force on web1, but not kept here: deleting doomed\. The store/),
      })
      await disk.permitWriting()
      await ok(...create('next'))
      expect(await list()).toMatchObject([{ name: 'acme' }, { name: 'next' }])
      expect((await records()).map(({ name }) => name).sort()).toEqual(['acme', 'next'])
      expect(await containers()).toHaveLength(2)
    })
  },
)
