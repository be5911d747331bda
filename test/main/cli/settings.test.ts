import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CommandRunner, startCommandRunner } from './command-runner.ts'

let command: CommandRunner
beforeAll(async () => {
  command = await startCommandRunner()
})
afterAll(() => command?.stop())

it('settings are shown, changed one by one, and kept', async () => {
  expect(await command.json(['settings', 'show'])).toEqual({
    theme: 'system',
    newTenant: { memoryMb: 64, maxConnections: 1024 },
    portRange: { from: 20_000, to: 29_999 },
    tenantColumns: [],
    activityYears: 2,
  })
  await command.json(['settings', 'set', '--memory', '128', '--range', '21000-21999'])
  const changed = await command.json(['settings', 'set', '--max-connections', '512', '--theme', 'dark'])
  expect(changed).toMatchObject({
    theme: 'dark',
    newTenant: { memoryMb: 128, maxConnections: 512 },
    portRange: { from: 21_000, to: 21_999 },
  })
  const { stdout } = await command.run(['settings', 'show'])
  expect(stdout).toMatch(/^Memory of a new tenant +128 MB *$/m)
  expect(stdout).toMatch(/^Ports of a new host +21000-21999$/m)
})

it.each([
  [
    ['--range', '30000-40000'],
    1,
    'PORT_RANGE_INVALID: The port range 30000-40000 is not usable on new hosts',
  ],
  [['--memory', '1'], 1, 'INVALID_INPUT: memory "1" is not usable'],
  [['--theme', 'purple'], 2, 'Allowed choices are system, light, dark'],
])('settings set %s is refused', async (words, status, said) => {
  const before = await command.json(['settings', 'show'])
  const refused = await command.run(['settings', 'set', ...words])
  expect(refused).toMatchObject({ status, stderr: expect.stringContaining(said) })
  expect(await command.json(['settings', 'show'])).toEqual(before)
})
