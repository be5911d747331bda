import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Progress } from '../../../src/contract/progress.ts'
import type { Client } from '../../../src/contract/router.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { until } from '../../hosts/condition.ts'
import { skipReason } from '../../hosts/platform.ts'
import { briefly } from '../brief-node.ts'
import { createTenant, openPanel, readWork } from '../panel.ts'
import { buildCommandLine } from '../program.ts'
import type { Job } from './crash/job.ts'
import { awaitSettled, expectWhole } from './crash/whole.ts'
import { bystander, type CrashWorld, startWorld } from './crash/world.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(
  `after a program ended early${reason === null ? '' : ` (${reason})`}`,
  () => {
    let world: CrashWorld

    beforeAll(async () => {
      world = await startWorld()
    })
    afterAll(() => world?.stop())
    beforeEach(async () => {
      // Closed by a test that failed.
      await world.panel.close()
      world.panel = await openPanel(world.dataDir)
    })

    const crash = async (call: Job['call'], stopAt: string) => {
      await world.panel.close()
      await world.victims.run({ dataDir: world.dataDir, call, stopAt })
    }
    const changeSomething = () =>
      world.panel.client.tenant.annotate({ name: bystander, notes: `${performance.now()}` })
    /** Opens a panel on what is there, changes something else, and holds host and store against each other. */
    const recover = async () => {
      world.panel = await openPanel(world.dataDir)
      await changeSomething()
      await awaitSettled(world.panel)
      return expectWhole(world.panel, world.host)
    }
    const outcomeOf = async (kind: string) =>
      (await world.panel.client.activity.list({})).find((operation) => operation.kind === kind)?.outcome
    const createCall = (name: string) => ({ verb: 'create', input: { name, memoryMb: 16 } }) as const

    it('a recovery that is killed itself is done again', { timeout: 400_000 }, async () => {
      const annotate = { verb: 'annotate', input: { name: bystander, notes: 'cut off' } } as const
      for (const stopAt of [
        ...['before remove-container', 'after remove-container', 'after drop-record'],
        // The first save says that it was cut off, the second that it is undone.
        ...['before save 1', 'before save 2', 'after save 2'],
      ]) {
        await crash(createCall('twice'), 'before await-answer')
        // So that it does not look complete, and has to be undone.
        await world.host.exec(['sh', '-c', 'docker stop --time 1 "$(docker ps --latest --quiet)"'])
        await world.victims.run({ dataDir: world.dataDir, call: annotate, stopAt })
        const tenants = await recover()
        expect(tenants.map(({ name }) => name)).toEqual([bystander])
        expect({ stopAt, outcome: await outcomeOf('tenant create') }).toEqual({ stopAt, outcome: 'undone' })
      }
    })

    it('a Docker that was restarted meanwhile changes nothing of it', { timeout: 400_000 }, async () => {
      const { port } = await createTenant(world.panel, { name: 'moving', memoryMb: 16 })
      const input = { name: 'moving', confirmed: true, port: port + 500 }
      await crash({ verb: 'move', input }, 'after remove-container')
      await world.host.stopDocker()
      await world.host.startDocker()
      const tenants = await recover()
      expect(tenants.find(({ name }) => name === 'moving')).toMatchObject({
        port: port + 500,
        state: 'running',
      })
      await readWork(world.panel.client.tenant.delete({ name: 'moving', confirmed: true }))
    })

    it('the copy of a damaged store loses nothing that was said to be done', {
      timeout: 400_000,
    }, async () => {
      const damage = async () => {
        await world.panel.close()
        await writeFile(join(world.dataDir, 'memharbor.sqlite'), 'no store')
        return recover()
      }
      // The copy is from before the create, and its journal leads on from there.
      const made = await createTenant(world.panel, { name: 'told', memoryMb: 16 })
      expect((await damage()).find(({ name }) => name === 'told')).toMatchObject({
        id: made.id,
        state: 'running',
      })
      expect((await world.panel.client.program.describe()).storeWarning).toContain('could not be read')
      expect(await outcomeOf('tenant create')).toBe('done')
      await world.panel.client.tenant.allow({ name: 'told', entries: [{ cidr: '198.51.100.7' }] })
      expect((await damage()).find(({ name }) => name === 'told')?.allow).toHaveLength(1)
      await world.panel.client.tenant.revoke({ name: 'told', cidrs: ['198.51.100.7'] })
      expect((await damage()).find(({ name }) => name === 'told')?.allow).toEqual([])
      await readWork(world.panel.client.tenant.delete({ name: 'told', confirmed: true }))
      expect((await damage()).map(({ name }) => name)).toEqual([bystander])
    })

    it('an older store learns from the host what it has missed', { timeout: 400_000 }, async () => {
      await createTenant(world.panel, { name: 'old', memoryMb: 16, allow: [{ cidr: '198.51.100.7' }] })
      // Kept in the middle of a change, which is then finished and followed by others.
      await crash({ verb: 'revoke', input: { name: 'old', cidrs: ['198.51.100.7'] } }, 'after save 1')
      const file = join(world.dataDir, 'memharbor.sqlite')
      const files = [file, `${file}.journal`]
      for (const path of files) await copyFile(path, `${path}.older`)
      await recover()
      await world.panel.client.tenant.allow({ name: 'old', entries: [{ cidr: '198.51.100.9' }] })
      await world.panel.client.tenant.rename({ name: 'old', newName: 'older' })
      await readWork(world.panel.client.tenant.resize({ name: 'older', memoryMb: 32, confirmed: true }))
      await createTenant(world.panel, { name: 'younger', memoryMb: 16 })
      const before = await world.panel.client.tenant.list({})
      await world.panel.close()
      for (const path of files) await copyFile(`${path}.older`, path)
      world.panel = await openPanel(world.dataDir)
      await world.panel.client.tenant.annotate({ name: 'old', notes: 'first' }).catch(() => undefined)
      await changeSomething()
      await awaitSettled(world.panel)
      const found = await expectWhole(world.panel, world.host)
      const essence = (tenants: readonly Tenant[]) =>
        tenants.map(({ id, name, port, memoryMb, allow, state }) => ({
          id,
          name,
          port,
          memoryMb,
          allow,
          state,
        }))
      expect(essence(found)).toEqual(essence(before))
      await readWork(world.panel.client.tenant.delete({ name: 'older', confirmed: true }))
      await readWork(world.panel.client.tenant.delete({ name: 'younger', confirmed: true }))
    })

    it('of two commands at once one recovers, and says so', { timeout: 400_000 }, async () => {
      const program = await buildCommandLine()
      await crash(createCall('halfway'), 'after reserve-port')
      const env = { PATH: process.env['PATH'] ?? '', HOME: world.dataDir, MEMHARBOR_DATA: world.dataDir }
      const run = (args: readonly string[]) =>
        execa(process.execPath, [...briefly, program.path, 'tenant', ...args], {
          reject: false,
          extendEnv: false,
          env,
        })
      const ended = await Promise.all([
        run(['allow', bystander, '198.51.100.70']),
        run(['allow', bystander, '198.51.100.71']),
      ])
      expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0])
      const said = ended
        .flatMap(({ stderr }) => stderr.split('\n'))
        .filter((line) => line.includes('cut off'))
      expect(said).toEqual(['Undone: tenant create of halfway, which was cut off.'])
      expect((await recover()).map(({ name, allow }) => [name, allow.length])).toEqual([[bystander, 2]])

      await crash(createCall('halfway'), 'after reserve-port')
      world.panel = await openPanel(world.dataDir)
      await Promise.all([changeSomething(), createTenant(world.panel, { name: 'halfway', memoryMb: 16 })])
      expect(await world.panel.client.program.takeNotices()).toEqual(said)
      await awaitSettled(world.panel)
      await expectWhole(world.panel, world.host)
      await readWork(world.panel.client.tenant.delete({ name: 'halfway', confirmed: true }))
    })

    type Work = (client: Client, signal: AbortSignal) => Promise<AsyncIterator<Progress, unknown, unknown>>
    const works: readonly (readonly [string, Work])[] = [
      ['create', ({ tenant }, signal) => tenant.create({ name: 'stopped', memoryMb: 16 }, { signal })],
      [
        'grow',
        ({ tenant }, signal) => tenant.resize({ name: 'stopped', memoryMb: 32, confirmed: true }, { signal }),
      ],
      [
        'shrink',
        ({ tenant }, signal) => tenant.resize({ name: 'stopped', memoryMb: 16, confirmed: true }, { signal }),
      ],
      ['restart', ({ tenant }, signal) => tenant.restart({ name: 'stopped', confirmed: true }, { signal })],
      [
        'move',
        ({ tenant }, signal) => tenant.move({ name: 'stopped', port: 20_900, confirmed: true }, { signal }),
      ],
      ['delete', ({ tenant }, signal) => tenant.delete({ name: 'stopped', confirmed: true }, { signal })],
    ]
    it.each(works)(
      'a cancelled %s leaves things as before, or is finished',
      { timeout: 400_000 },
      async (_, work) => {
        const essence = async () => {
          const tenants = await expectWhole(world.panel, world.host)
          const found = tenants.find(({ name }) => name === 'stopped')
          return found === undefined
            ? undefined
            : { port: found.port, memoryMb: found.memoryMb, state: found.state }
        }
        const before = await essence()
        for (let at = 0; ; at += 1) {
          const stop = new AbortController()
          const [newest] = await world.panel.client.activity.list({ limit: 1 })
          let seen = 0
          const ended = await (async () => {
            try {
              const steps = await work(world.panel.client, stop.signal)
              for (;;) {
                if (seen === at) stop.abort()
                const next = await steps.next()
                if (next.done === true) return 'done'
                seen += 1
              }
            } catch {
              return 'cancelled'
            }
          })()
          await until('nothing runs', async () =>
            (await world.panel.client.activity.list({})).every(({ outcome }) => outcome !== 'running'),
          )
          const now = await essence()
          const [operation] = await world.panel.client.activity.list({ limit: 1 })
          const isNew = operation?.id !== newest?.id
          if (ended === 'done' || (isNew && operation?.outcome === 'done')) return
          expect({ at, now }).toEqual({ at, now: before })
          if (at > 20) throw new Error('it never ends')
        }
      },
    )
  },
)
