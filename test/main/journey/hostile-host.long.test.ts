import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readProblem } from '../../../src/main/cli/command-problem.ts'
import type { OpenedClient } from '../../../src/main/cli/open-client.ts'
import { renderCheck, renderHosts, renderPlan } from '../../../src/main/cli/render-host.ts'
import { renderPlain } from '../../../src/main/cli/terminal-text.ts'
import type { Forgery } from '../../hosts/forgery.ts'
import { skipReason } from '../../hosts/platform.ts'
import { startCommandRunner } from '../cli/command-runner.ts'
import { costlyShapes } from './costly-shapes.ts'
import { after, forgeries, mapTexts, steering } from './forgeries.ts'
import { type HostileWorld, startHostileWorld } from './hostile-world.ts'
import { vastRecords } from './vast-records.ts'

const reason = skipReason()
/** Of the whole process, at its highest. */
const mostMb = 400
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(reason !== null)(`a hostile host${reason === null ? '' : ` (${reason})`}`, () => {
  let world: HostileWorld
  let panel: OpenedClient

  /** Since `forgetPeak`; `VmHWM:	  123456 kB`. */
  const readPeakMb = (): number => {
    const status = readFileSync(`/proc/${world.pid}/status`, 'latin1')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  }
  const forgetPeak = (): void => writeFileSync(`/proc/${world.pid}/clear_refs`, '5')

  beforeAll(async () => {
    world = await startHostileWorld()
    panel = world.panel
  })
  afterAll(() => world?.stop())

  /** The questions of a command or a page to the host, as text for people; problems are one of the answers. */
  const looks = (): (() => Promise<unknown>)[] => {
    const { host, tenant } = panel.client
    const name = 'bad'
    return [
      async () => renderCheck((await host.check({ name })).lines),
      async () => renderHosts(...(await Promise.all([host.list(), host.helpers()]))),
      async () => renderPlan(name, await host.planPrepare({ name })),
      ...[() => host.facts({ name }), () => host.myAddress({ name }), () => tenant.list({ host: name })],
      ...[() => tenant.show({ name: 'evil' }), () => tenant.logs({ name: 'evil' })],
      async () => tenant.figures({ ids: (await tenant.list({})).map(({ id }) => id) }),
    ]
  }

  const withstand = async (forgery: Forgery, rounds = 1): Promise<void> => {
    const { hostile, watched } = world
    const before = await panel.client.tenant.show({ name: 'acme' })
    forgetPeak()
    hostile.forge(forgery)
    try {
      const texts: string[] = []
      for (let round = 0; round < rounds; round += 1) texts.push(...(await Promise.all(looks().map(toText))))
      expect(hostile.forged()).toBeGreaterThan(0)
      for (const each of texts) {
        expect(each).not.toContain('INTERNAL')
        // The second fence is not needed for what has passed the first.
        expect(each.replaceAll(/[\n\t]/g, ''), each).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
        expect(renderPlain(each)).toBe(each)
        expect(each.length).toBeLessThan(100_000)
      }
      expect(readPeakMb()).toBeLessThan(mostMb)
    } finally {
      hostile.forge({})
    }
    const after = await panel.client.tenant.show({ name: 'acme' })
    const { allow, state, port, host } = after
    expect({ allow, state, port, host }).toEqual({
      ...{ allow: before.allow, state: 'running', port: before.port, host: 'good' },
    })
    expect(watched.hasEnded).toBe(false)
  }

  const all = [...forgeries, ...vastRecords, ...costlyShapes]
  it.each(all)('%s', (_what, forgery) => withstand(forgery))

  /** Replies of which the panel holds the most at once. */
  const worst = [
    'the helper remembers as many entries as are read',
    'the helper says long keys beside its tenants',
    'the helper remembers tenants with long notes',
  ]
  it.each(worst)('%s, twenty times', (what) => withstand(new Map(all).get(what) ?? {}, 20), 600_000)

  it('steers no terminal by a command, neither by its words nor by its records', async () => {
    const { bad, hostile } = world
    const others = await startCommandRunner()
    const { id } = await panel.client.tenant.show({ name: 'evil' })
    hostile.forge({
      facts: (facts) => mapTexts(facts, after(steering)),
      helper: (op, reply) => {
        if (op !== 'records') return undefined
        const record = Object.values(reply['tenants'] as object)[0] as object | undefined
        if (record === undefined) return undefined
        const forged = { ...record, name: `acme${steering}`, notes: steering, tags: [steering] }
        return { ...reply, unchanged: false, tenants: { [(record as { id: string }).id]: forged } }
      },
    })
    try {
      const route = ['--ssh', `${bad.user}@127.0.0.1:${hostile.port}`, '--identity', bad.identityFile]
      const added = ['host', 'add', 'evil', ...route, '--host-key', hostile.fingerprint]
      const words = [
        ...[added, ['host', 'list'], ['host', 'check', 'evil'], ['host', 'prepare', 'evil', '--dry-run']],
        ...[
          ['tenant', 'list'],
          ['tenant', 'list', '--json'],
          ['host', 'check', 'evil', '--json'],
          ['tenant', 'show', id],
          ['tenant', 'show', id, '--json'],
          ['tenant', 'logs', id],
          ['host', 'operators', 'evil'],
        ],
      ]
      for (const args of words) {
        const { stdout, stderr } = await others.run(args)
        expect(`${stdout}${stderr}`, args.join(' ')).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
        expect(stderr).not.toContain('INTERNAL')
      }
      expect(hostile.forged()).toBeGreaterThan(0)
    } finally {
      hostile.forge({})
      await others.stop()
    }
  }, 180_000)

  it('is listened to again when it forges nothing', async () => {
    const { lines } = await panel.client.host.check({ name: 'bad' })
    // Its account of its own history stays until an operator settles it.
    expect(lines.filter(({ subject, verdict }) => verdict === 'bad' && subject !== 'History')).toEqual([])
  })
})

const toText = async (look: () => Promise<unknown>): Promise<string> => {
  try {
    const seen = await look()
    return typeof seen === 'string' ? seen : JSON.stringify(seen)
  } catch (error) {
    const found = readProblem(error)
    if (found === undefined) throw error
    return `${found.problem.code} ${found.message} ${found.advice}`
  }
}
