import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { askOne } from '../../resources/host/helper-host.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'

/** What a test does to the Docker of a host, and what puts it right. */
export interface Mood {
  /** Containers go on, so that only the filter closes them. */
  readonly goesOn: boolean
  spoil(): Promise<unknown>
  /** Ends when Docker starts and removes containers again. */
  heal(): Promise<unknown>
}

/** A prepared host whose Docker can be in these moods. */
export interface MoodyHost<Name extends string> {
  readonly host: HostNamespace
  readonly moods: Readonly<Record<Name, Mood>>
  stop(): Promise<void>
}

const closed = { kind: 'timeout' }
const verbs = ['revoke', 'suspend', 'delete'] as const
const points = ['before save', 'after save', 'before close-access', 'after close-access'] as const
const timeLimits = { callMs: 4_000, lookMs: 2_000, heardMs: 500, lookEveryMs: 500 }

/** The code of the problem that a closing ended with; null: it ended well. */
const outcomeOf = async (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    async (error: unknown) => (await problemOf(Promise.reject(error))).code,
  )

/**
 * A revoke and a suspend need nothing of Docker, so they end well; of two panels at once one may hear that the other has
 * done it. A delete may say that the container is still to be removed.
 */
const expectOutcomes = (verb: (typeof verbs)[number], outcomes: readonly (string | null)[]): void => {
  const isOne = outcomes.length === 1
  const second = { revoke: ['ENTRY_ABSENT'], suspend: [], delete: ['NOT_FOUND', 'TENANT_BUSY'] }[verb]
  const allowed = [...(verb === 'delete' ? ['NOT_DELETED'] : []), ...(isOne ? [] : second)]
  const [first] = outcomes.filter((outcome) => outcome !== null && !allowed.includes(outcome))
  expect(first).toBeUndefined()
  if (verb !== 'delete') expect(outcomes).toContain(null)
}

/**
 * Shows at the packet that access is taken away, whatever mood Docker comes into at any step, from a fresh program and
 * in an open panel, and from two panels at once; and that a delete is finished once Docker is well again.
 * @param lasting the moods that stay until Docker is healed: two panels are tried in them, and a delete that gives up
 * @param byTwo the moods into which it comes at any step of two panels
 */
export const describeClosings = <Name extends string>(
  what: string,
  start: () => Promise<MoodyHost<Name>>,
  moods: readonly Name[],
  lasting: readonly Name[],
  byTwo: readonly Name[] = [],
): void => {
  const reason = skipReason()
  describe.skipIf(reason !== null)(
    `${what}${reason === null ? '' : ` (${reason})`}`,
    { timeout: 400_000 },
    () => {
      let moody: MoodyHost<Name>
      let client: Client
      let panel: Panel
      let made = 0
      let tenant: { readonly id: string; readonly port: number }
      /** Called at each point of the program. */
      let atPoint: (point: string) => Promise<void> = () => Promise.resolve()

      const open = (dataDir?: string): Promise<Panel> =>
        openPanel(dataDir, { timeLimits, atPoint: (point) => atPoint(point) })

      beforeAll(async () => {
        moody = await start()
        client = await startClient(moody.host, { index: 0 })
        panel = await open()
        await addSandbox(panel, moody.host)
        await prepareSandbox(panel, moody.host)
      })
      afterAll(async () => {
        await panel?.stop()
        await client?.stop()
        await moody?.stop()
      })
      beforeEach(async () => {
        made += 1
        const allow = [{ cidr: client.address4 }]
        tenant = await createTenant(panel, { name: `acme${made}`, memoryMb: 16, allow })
      })

      // Docker starts all of them again each time.
      afterEach(async () => {
        const left = await panel.client.tenant.list({})
        for (const { name } of left) await readWork(panel.client.tenant.delete({ name, confirmed: true }))
      })

      const close = (verb: (typeof verbs)[number], by: Panel): Promise<unknown> => {
        const name = `acme${made}`
        switch (verb) {
          case 'revoke':
            return by.client.tenant.revoke({ name, cidrs: [client.address4] })
          case 'suspend':
            return by.client.tenant.suspend({ name })
          case 'delete':
            return readWork(by.client.tenant.delete({ name, confirmed: true }))
        }
      }
      const talk = (timeoutMs?: number) =>
        memcacheTalk(client, moody.host.address4, tenant.port, undefined, timeoutMs)
      const isIn = async (): Promise<boolean> => (await talk(700)).kind === 'answer'
      const isDeleted = async (): Promise<boolean> => {
        const filter = `name=memharbor-${tenant.id}`
        const listed = await moody.host.exec(['docker', 'ps', '--all', '--quiet', '--filter', filter])
        const { tenants } = await askOne(moody.host, { v: 1, op: 'records', tenantId: tenant.id })
        expect(listed.status).toBe(0)
        return listed.stdout === '' && JSON.stringify(tenants) === '{}'
      }
      /** Neither a closing nor a delete needs anything more to be done by anybody. */
      const expectFinished = async (verb: (typeof verbs)[number]): Promise<void> => {
        expect(await talk()).toEqual(closed)
        if (verb !== 'delete') return
        await until('no container and no record is left', isDeleted, 60_000)
      }

      /** Closes by all of these panels at once; the first that comes to the point spoils Docker, and all wait there for it. */
      const closeSpoiltAt = async (
        point: (typeof points)[number],
        { goesOn, spoil, heal }: Mood,
        verb: (typeof verbs)[number],
        by: readonly Panel[],
      ): Promise<void> => {
        let spoilt: Promise<void> | undefined
        let answered: boolean | undefined
        const spoilAndAsk = async (): Promise<void> => {
          await spoil()
          answered = (await talk()).kind === 'answer'
        }
        atPoint = async (now) => {
          // Saves are counted from the start of the program; the first from here on holds the intent.
          if (now.replace(/ \d+$/, '') !== point) return
          spoilt ??= spoilAndAsk()
          await spoilt
        }
        const works = by.map((each) => outcomeOf(close(verb, each)))
        try {
          await until(
            'the packet is not answered',
            async () => answered !== undefined && !(await isIn()),
            20_000,
          )
        } finally {
          atPoint = () => Promise.resolve()
          await spoilt
          await heal()
        }
        if (goesOn) expect(answered).toBe(point !== 'after close-access')
        expectOutcomes(verb, await Promise.all(works))
        await expectFinished(verb)
      }
      const steps = verbs.flatMap((verb) => points.map((point) => [verb, point] as const))

      for (const mood of moods) {
        it.each(steps)(`${mood}, from a fresh program: %s, %s`, async (verb, point) => {
          await panel.close()
          panel = await open(panel.dataDir)
          await closeSpoiltAt(point, moody.moods[mood], verb, [panel])
        })
        it.each(steps)(`${mood}, from an open panel: %s, %s`, async (verb, point) => {
          await closeSpoiltAt(point, moody.moods[mood], verb, [panel])
        })
      }

      describe.skipIf(byTwo.length === 0)('two panels', () => {
        let other: Panel
        beforeAll(async () => {
          other = await open()
          await addSandbox(other, moody.host)
        })
        afterAll(() => other?.stop())

        const isKnown = async (): Promise<boolean> =>
          (await other.client.tenant.list({})).some(({ name }) => name === `acme${made}`)
        for (const mood of byTwo) {
          it.each(steps)(`${mood}: %s, %s`, async (verb, point) => {
            await until('the other panel knows the tenant', isKnown, 20_000)
            await closeSpoiltAt(point, moody.moods[mood], verb, [panel, other])
          })
        }
      })

      it.each(lasting)('a delete that gave up on Docker is finished once it is well: %s', async (mood) => {
        const { spoil, heal } = moody.moods[mood]
        const name = `acme${made}`
        await spoil()
        try {
          expect(await problemOf(close('delete', panel))).toMatchObject({
            code: 'NOT_DELETED',
            details: { tenant: name },
          })
          expect(await talk()).toEqual(closed)
        } finally {
          await heal()
        }
        // Any change there finishes beside it what was left.
        await createTenant(panel, { name: `next${made}`, memoryMb: 16 })
        await expectFinished('delete')
        expect((await panel.client.tenant.list({})).map((left) => left.name)).not.toContain(name)
      })

      it.each(lasting.flatMap((mood) => verbs.map((verb) => [mood, verb] as const)))(
        'two panels at once, %s: %s',
        async (mood, verb) => {
          const { spoil, heal } = moody.moods[mood]
          const other = await openPanel(undefined, { timeLimits })
          try {
            await addSandbox(other, moody.host)
            await spoil()
            const works = [close(verb, panel), close(verb, other)].map(outcomeOf)
            try {
              await until('the packet is not answered', async () => !(await isIn()), 20_000)
            } finally {
              await heal()
            }
            expectOutcomes(verb, await Promise.all(works))
            await expectFinished(verb)
          } finally {
            await other.stop()
          }
        },
      )
    },
  )
}
