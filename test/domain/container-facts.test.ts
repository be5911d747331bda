import { expect, it } from 'vitest'
import { toContainerFacts } from '../../src/domain/container-facts.ts'
import { renderContainerOptions } from '../../src/domain/container-options.ts'
import { containerSchema, schemaLabel } from '../../src/domain/host-names.ts'

const made = renderContainerOptions({
  ...{ tenantId: 't1', port: 20_007, network: 2, memoryMb: 64, maxConnections: 1024, image: 'sha256:1' },
  ...{ publish: 'public', programFolder: '/usr/bin' },
})
const schemaOf = (Labels?: Record<string, string> | null): number =>
  toContainerFacts(
    { State: { Running: true }, Image: 'sha256:1', Config: { Cmd: [], Labels }, HostConfig: {} },
    null,
  ).schema

it('a container that this panel makes is of the last schema', () => {
  expect(schemaOf(made.Labels)).toBe(containerSchema)
})

it('one of an earlier panel, or with a label that makes no sense, is of the first', () => {
  expect([{ [schemaLabel]: '1' }, {}, null, undefined, { [schemaLabel]: 'x' }].map(schemaOf)).toEqual([
    1, 1, 1, 1, 1,
  ])
})

it('what memcached starts with is in the command line, or in a file of the host', () => {
  const factsOf = (programFolder: string | null) => {
    const wish = { tenantId: 't1', port: 20_007, network: 2, memoryMb: 64, maxConnections: 1024, image: 'x' }
    const options = renderContainerOptions({ ...wish, publish: 'public', programFolder })
    const inspected = {
      State: { Running: true },
      Image: 'x',
      Config: options,
      HostConfig: options.HostConfig,
    }
    return toContainerFacts(inspected, null)
  }
  const same = { memoryMb: 64, maxConnections: 1024, port: 20_007, givesBack: true }
  expect(factsOf(null)).toMatchObject({ ...same, commandMemoryMb: 64, schema: 3 })
  expect(factsOf('/usr/bin')).toMatchObject({ ...same, commandMemoryMb: null, schema: 4 })
})
