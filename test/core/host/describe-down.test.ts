import { expect, it } from 'vitest'
import { describeDown as describeWith } from '../../../src/core/host/describe-down.ts'

const describeDown = (
  docker: Parameters<typeof describeWith>[0],
  tenants: Parameters<typeof describeWith>[1],
  taken: readonly string[] = [],
) => describeWith(docker, tenants, new Set(taken))
const ids = (count: number) => Array.from({ length: count }, (_, at) => `id${at}`)
const named = (of: readonly string[], present = true) => of.map((id) => ({ id, name: `n-${id}`, present }))

it('is not said where all run and come back', () => {
  expect(describeDown({ tenants: ids(3), down: [], staysDown: [], paused: [] }, named(ids(3)))).toEqual([])
})

it('names those that have ended or are gone, and the command that starts them', () => {
  expect(
    describeDown({ tenants: ['id0', 'id1'], down: ['id1'], staysDown: [], paused: [] }, [
      ...named(ids(3)),
      // Only on the host, or on its way: nobody knows that it should run.
      ...named(['other'], false),
    ]),
  ).toEqual([
    {
      ...{ subject: 'Tenants', verdict: 'bad' },
      sentence: '2 of 3 tenants do not run: n-id1, n-id2.',
      advice: '`memharbor tenant restart n-id1 n-id2` starts them, with an empty cache.',
    },
  ])
})

it('starts nobody whose port another program has before that has ended', () => {
  const advice = (taken: readonly string[]) =>
    describeDown({ tenants: ids(3), down: ids(3), staysDown: [], paused: [] }, named(ids(3)), taken)[0]
      ?.advice
  expect(advice(['id1'])).toBe(
    '`memharbor tenant restart n-id0 n-id2` starts them, with an empty cache. The port of n-id1 is taken: end what Listeners names, then restart it.',
  )
  expect(advice(ids(3))).toBe(
    'The ports of n-id0, n-id1, n-id2 are taken: end what Listeners names, then restart them.',
  )
})

it('pastes no name into a command that would need quotes', () => {
  const [told] = describeDown({ tenants: ['a'], down: ['a'], staysDown: [], paused: [] }, [
    { id: 'a', name: 'my shop; rm', present: true },
  ])
  expect(told).toMatchObject({
    sentence: '1 of 1 tenants does not run: my shop; rm.',
    advice: '`memharbor tenant restart NAME` starts it, with an empty cache.',
  })
})

it('names those that a killed Docker would leave down, by their ids where nobody has a name', () => {
  expect(describeDown({ tenants: ids(9), down: [], staysDown: ids(7), paused: [] }, named(['id0']))).toEqual([
    {
      ...{ subject: 'Tenants', verdict: 'note' },
      sentence:
        '7 of 9 tenants would stay down when Docker itself is killed and starts again: id1, id2, id3, id4, id5 and 2 more.',
      advice: 'Prepare the host. That changes it in place, and the caches are kept.',
    },
  ])
})

it('names those that somebody paused, and how they go on', () => {
  const paused = [{ id: 'id1', name: 'memharbor-id1' }]
  expect(describeDown({ tenants: ids(3), down: [], staysDown: [], paused }, named(ids(3)))).toEqual([
    {
      ...{ subject: 'Tenants', verdict: 'bad' },
      sentence: `1 of 3 tenants is paused and answers nobody: ${named(['id1'])[0]?.name}.`,
      advice: '`docker unpause memharbor-id1` there lets it go on, with its cache.',
    },
  ])
})
