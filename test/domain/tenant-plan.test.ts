import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { containerSchema } from '../../src/domain/host-names.ts'
import {
  type ContainerFacts,
  type DesiredTenant,
  describeTenantStep,
  type ObservedTenant,
  planRestart,
  planTenant,
  type TenantPlan,
  type TenantRecord,
  type TenantStep,
} from '../../src/domain/tenant-plan.ts'

const wanted: DesiredTenant = {
  id: 't1',
  name: 'acme',
  present: true,
  open: true,
  port: null,
  image: null,
  memoryMb: 64,
  maxConnections: 1024,
  allow: [{ cidr: '203.0.113.7/32', label: 'office' }],
  notes: '',
  tags: [],
  createdAt: '2026-01-01T00:00:00.000Z',
}

const recordOf = (desired: DesiredTenant): TenantRecord => {
  const { name, open, memoryMb, maxConnections, allow, notes, tags } = desired
  const port = desired.port ?? 20_000
  return { port, network: 1, revision: 1, name, open, memoryMb, maxConnections, allow, notes, tags }
}

const containerOf = (desired: DesiredTenant, change: Partial<ContainerFacts> = {}): ContainerFacts => ({
  ...{ running: true, port: desired.port ?? 20_000, image: desired.image ?? 'sha256:1' },
  ...{ commandMemoryMb: desired.memoryMb, memoryMb: desired.memoryMb, cacheMb: desired.memoryMb },
  maxConnections: desired.maxConnections,
  ...{ givesBack: true, schema: containerSchema, newest: containerSchema },
  ...change,
})

const gone: ObservedTenant = { record: null, container: null }
const settled: ObservedTenant = { record: recordOf(wanted), container: containerOf(wanted) }
const kinds = (plan: TenantPlan): string[][] => plan.map((stage) => stage.map(({ kind }) => kind))

/** The host after one step. */
function after(step: TenantStep, desired: DesiredTenant, observed: ObservedTenant): ObservedTenant {
  const { record } = observed
  switch (step.kind) {
    case 'reserve-port':
      return { ...observed, record: record ?? { ...recordOf(desired), open: false, allow: [] } }
    case 'write-record':
      return { ...observed, record: record && { ...recordOf(desired), open: step.open } }
    case 'create-container':
      return { ...observed, container: containerOf(desired) }
    case 'start-container': {
      const { container } = observed
      const { commandMemoryMb: cacheMb } = container ?? containerOf(desired)
      return { ...observed, container: container && { ...container, running: true, cacheMb } }
    }
    case 'limit-container':
      return {
        ...observed,
        container: observed.container && { ...observed.container, memoryMb: step.memoryMb },
      }
    case 'limit-cache':
      return {
        ...observed,
        container: observed.container && { ...observed.container, cacheMb: step.memoryMb },
      }
    case 'try-container':
    case 'restart-container':
    case 'flush-cache':
    case 'close-connection':
    case 'await-answer':
      return observed
    case 'remove-container':
      return { ...observed, container: null }
    case 'drop-record':
      return { ...observed, record: null }
  }
}

const applied = (steps: readonly TenantStep[], desired: DesiredTenant, observed: ObservedTenant) =>
  steps.reduce((seen, step) => after(step, desired, seen), observed)

/** No list has an address twice. */
const allow = fc.uniqueArray(
  fc.record({
    cidr: fc.constantFrom('10.0.0.1/32', '10.0.0.0/8', '::/0'),
    label: fc.constantFrom('', 'office'),
  }),
  { maxLength: 3, selector: ({ cidr }) => cidr },
)
const choice = {
  name: fc.constantFrom('acme', 'other'),
  open: fc.boolean(),
  memoryMb: fc.constantFrom(64, 128),
  maxConnections: fc.constantFrom(64, 1024),
  allow,
  notes: fc.constantFrom('', 'a note'),
}
const someDesired = fc
  .record({ ...choice, present: fc.boolean() })
  .map((chosen): DesiredTenant => ({ ...wanted, ...chosen }))
const someObserved: fc.Arbitrary<ObservedTenant> = fc.record({
  record: fc.option(fc.record(choice).map((chosen) => ({ ...recordOf(wanted), ...chosen }))),
  container: fc.option(
    fc
      .record({
        running: fc.boolean(),
        port: fc.constantFrom(null, 20_000, 20_001),
        commandMemoryMb: fc.constantFrom(64, 128),
        memoryMb: fc.constantFrom(64, 128),
        cacheMb: fc.constantFrom(null, 64, 128),
        maxConnections: fc.constantFrom(64, 1024),
      })
      .map((chosen) => containerOf(wanted, chosen)),
  ),
})

describe('the plan of a tenant', () => {
  it.each<[string, Partial<DesiredTenant>, ObservedTenant, string[][]]>([
    ['new', {}, gone, [['reserve-port'], ['write-record', 'create-container'], ['await-answer']]],
    ['as it shall be', {}, settled, []],
    ['with another list', { allow: [] }, settled, [['write-record']]],
    [
      'with a label changed',
      { allow: [{ cidr: '203.0.113.7/32', label: 'home' }] },
      settled,
      [['write-record']],
    ],
    ['closed', { open: false }, settled, [['write-record']]],
    ['renamed', { name: 'other' }, settled, [['write-record']]],
    [
      'that stopped',
      {},
      { ...settled, container: containerOf(wanted, { running: false, cacheMb: null }) },
      [['start-container'], ['await-answer']],
    ],
    ['without a container', {}, { ...settled, container: null }, [['create-container'], ['await-answer']]],
    [
      'without a container, whose record lets in too many',
      { allow: [] },
      { ...settled, container: null },
      [['write-record'], ['create-container'], ['await-answer']],
    ],
    [
      'without a record',
      { port: 20_000 },
      { ...settled, record: null },
      [['reserve-port'], ['write-record']],
    ],
    ['grown', { memoryMb: 128 }, settled, [['limit-container'], ['write-record'], ['limit-cache']]],
    ['shrunk', { memoryMb: 32 }, settled, [['limit-cache'], ['write-record'], ['limit-container']]],
    [
      'whose client raised its own limit',
      {},
      { ...settled, container: containerOf(wanted, { cacheMb: 4096 }) },
      [['limit-cache']],
    ],
    [
      'on another port',
      { port: 20_001 },
      settled,
      [['try-container'], ['write-record'], ['remove-container'], ['create-container'], ['await-answer']],
    ],
    [
      'with more connections',
      { maxConnections: 2048 },
      settled,
      [['try-container'], ['write-record'], ['remove-container'], ['create-container'], ['await-answer']],
    ],
    [
      'with another image',
      { image: 'sha256:2' },
      settled,
      [['try-container'], ['remove-container'], ['create-container'], ['await-answer']],
    ],
    ['with the image that it has', { image: 'sha256:1' }, settled, []],
    [
      'with the image that it has, made in an earlier way',
      { image: 'sha256:1' },
      { ...settled, container: containerOf(wanted, { schema: 1 }) },
      [['try-container'], ['remove-container'], ['create-container'], ['await-answer']],
    ],
    ['made in an earlier way', {}, { ...settled, container: containerOf(wanted, { schema: 1 }) }, []],
    [
      'that stopped, made in an earlier way',
      {},
      { ...settled, container: containerOf(wanted, { running: false, cacheMb: null, schema: 2 }) },
      [['try-container'], ['remove-container'], ['create-container'], ['await-answer']],
    ],
    ['deleted', { present: false }, settled, [['write-record'], ['remove-container'], ['drop-record']]],
    ['deleted already', { present: false }, gone, []],
    [
      'deleted, closed before',
      { present: false },
      { ...settled, record: recordOf({ ...wanted, open: false }) },
      [['remove-container'], ['drop-record']],
    ],
    ['deleted, its record lost', { present: false }, { ...settled, record: null }, [['remove-container']]],
  ])('%s', (_, change, observed, expected) => {
    expect(kinds(planTenant({ ...wanted, ...change }, observed))).toEqual(expected)
  })

  it('does not mind the order of the list, but notices an entry behind one that is there twice', () => {
    const [a, b] = [
      { cidr: '10.0.0.1/32', label: '' },
      { cidr: '10.0.0.2/32', label: '' },
    ]
    const plan = (list: TenantRecord['allow']) =>
      planTenant({ ...wanted, allow: [a, b] }, { ...settled, record: { ...recordOf(wanted), allow: list } })
    expect(plan([b, a])).toEqual([])
    expect(plan([a, a])).toEqual([[{ kind: 'write-record', open: true }]])
  })

  it('is empty once it is applied', () => {
    fc.assert(
      fc.property(someDesired, someObserved, (desired, observed) => {
        const result = applied(planTenant(desired, observed).flat(), desired, observed)
        expect(planTenant(desired, result)).toEqual([])
        if (desired.present)
          expect(result).toMatchObject({ record: { open: desired.open }, container: { running: true } })
        else expect(result).toEqual(gone)
      }),
    )
  })

  it('gets there all the same when it was cut off anywhere, with the steps of a stage done in any order', () => {
    fc.assert(
      fc.property(
        someDesired,
        someObserved,
        fc.nat(3),
        fc.infiniteStream(fc.boolean()),
        (desired, observed, at, coin) => {
          const plan = planTenant(desired, observed)
          const begun = (plan[at] ?? []).filter(() => coin.next().value)
          const cutOff = applied([...plan.slice(0, at).flat(), ...begun.reverse()], desired, observed)
          const result = applied(planTenant(desired, cutOff).flat(), desired, cutOff)
          expect(planTenant(desired, result)).toEqual([])
        },
      ),
    )
  })

  it('of a tenant that shall be gone neither makes nor opens anything, and closes, removes, drops in this order', () => {
    fc.assert(
      fc.property(someDesired, someObserved, (desired, observed) => {
        const plan = planTenant({ ...desired, present: false }, observed)
        const order = ['write-record', 'remove-container', 'drop-record']
        expect(kinds(plan)).toEqual(
          order.filter((kind) => kinds(plan).flat().includes(kind)).map((kind) => [kind]),
        )
        for (const step of plan.flat()) if (step.kind === 'write-record') expect(step.open).toBe(false)
      }),
    )
  })

  it('starts nothing without a reserved port, nor behind a record that lets in what was not asked for', () => {
    fc.assert(
      fc.property(someDesired, someObserved, (desired, observed) => {
        let seen = observed
        for (const stage of planTenant({ ...desired, present: true }, observed)) {
          const starts = stage.some(({ kind }) => kind === 'create-container' || kind === 'start-container')
          if (starts) {
            expect(seen.record).not.toBeNull()
            if (seen.record?.open === true) {
              expect(desired.open).toBe(true)
              expect(new Set(seen.record.allow)).toEqual(new Set(desired.allow))
            }
          }
          if (stage.some(({ kind }) => kind === 'reserve-port')) expect(stage).toHaveLength(1)
          seen = applied(stage, { ...desired, present: true }, seen)
        }
      }),
    )
  })

  it('ends no container before it was seen that another one can be started', () => {
    fc.assert(
      fc.property(someDesired, someObserved, (desired, observed) => {
        const present = { ...desired, present: true }
        for (const plan of [planTenant(present, observed), planRestart(present, observed)]) {
          const order = plan.flat().map(({ kind }) => kind)
          const end = order.findIndex((kind) => kind === 'remove-container' || kind === 'restart-container')
          if (end !== -1) expect(order.slice(0, end)).toContain('try-container')
          else expect(order).not.toContain('try-container')
        }
      }),
    )
  })

  it('has no empty stage, and never closes what shall be open', () => {
    fc.assert(
      fc.property(someDesired, someObserved, (desired, observed) => {
        const plan = planTenant(desired, observed)
        expect(plan.filter((stage) => stage.length === 0)).toEqual([])
        if (!desired.present) return
        for (const step of plan.flat()) if (step.kind === 'write-record') expect(step.open).toBe(desired.open)
      }),
    )
  })
})

describe('the plan of a restart', () => {
  const anew = [['try-container'], ['remove-container'], ['create-container'], ['await-answer']]
  it.each<[string, Partial<ContainerFacts>, string[][]]>([
    ['as it shall be', {}, [['try-container'], ['restart-container'], ['await-answer']]],
    ['resized', { commandMemoryMb: 128 }, anew],
    ['made in an earlier way', { schema: 2 }, anew],
    ['made by somebody else', { schema: 0 }, anew],
  ])('of one %s', (_, change, expected) => {
    const observed = { ...settled, container: containerOf(wanted, change) }
    expect(kinds(planRestart(wanted, observed))).toEqual(expected)
  })
})

it('says what each step does', () => {
  const steps = [
    ...planTenant(wanted, gone).flat(),
    ...planTenant({ ...wanted, present: false }, settled).flat(),
    { kind: 'start-container' } as const,
  ]
  expect(steps.map((step) => describeTenantStep(step, 'acme', 'web'))).toEqual([
    'Reserve a port on web',
    'Let the allowlist of acme through the filter',
    'Make and start the container of acme',
    'Wait until memcached answers',
    'Close the filter for acme',
    'Remove the container of acme',
    'Remove every filter entry of acme and keep its port back for 30 days',
    'Start the container of acme',
  ])
})
