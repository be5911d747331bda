import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AllowlistChange, Tenant } from '../../../src/contract/tenant.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { addHost, type CommandRunner, startCommandRunner } from './command-runner.ts'

const reason = skipReason()
// Each command is a program of its own, and there are a dozen in a test.
vi.setConfig({ testTimeout: 180_000 })
const half = '50 % of all IPv4 addresses'

describe.skipIf(reason !== null)(`wide allowlists by commands${reason ? ` (${reason})` : ''}`, () => {
  let commands: CommandRunner
  let host: HostNamespace
  let client: Client

  beforeAll(async () => {
    commands = await startCommandRunner()
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
    await addHost(commands, host)
    await commands.startPanel()
  })

  afterAll(async () => {
    await commands?.stop()
    await client?.stop()
    await host?.stop()
  })

  const allow = (...cidrs: string[]) => ['tenant', 'allow', 'acme', ...cidrs]
  const refused = { status: 1, stdout: '', stderr: expect.stringContaining('CONFIRMATION_NEEDED') }

  it('asks, and changes nothing where nobody can be asked', async () => {
    const create = ['tenant', 'create', 'acme', '--memory', '32']
    const wide = await commands.run([...create, '--allow', '0.0.0.0/1'])
    expect(wide).toMatchObject(refused)
    expect(wide.stderr).toContain(half)
    expect(await commands.json(['tenant', 'list'])).toEqual([])
    const { port } = await commands.json<Tenant>(create)
    const asData = await commands.run([...allow('0.0.0.0/1'), '--json'])
    expect(JSON.parse(asData.stderr)).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
    const no = await commands.onTerminal([[half, 'n']], allow('0.0.0.0/1'))
    expect(no).toMatchObject({ status: 1, unasked: [] })
    expect(await commands.json(['tenant', 'show', 'acme'])).toMatchObject({ allow: [] })
    const yes = await commands.onTerminal([[half, 'y']], allow('0.0.0.0/1'))
    expect(yes).toMatchObject({ status: 0, unasked: [] })

    // A list that is wide already grows by small entries without a question.
    const small = await commands.run(allow('127.0.0.1', '192.168.1.20'))
    expect(small).toMatchObject({
      ...{ status: 0, stdout: 'Allowed for acme on web1: 127.0.0.1/32, 192.168.1.20/32.' },
    })
    expect(small.stderr.split('\n')).toEqual([
      "Note: 127.0.0.1 can't come over the internet: that is a computer's own.",
      expect.stringMatching(
        /^Note: 192\.168\.1\.20 can't come over the internet: that is for private networks/,
      ),
    ])
    // Documentation addresses, as those of the sandbox are, lie in the upper half.
    expect(await memcacheTalk(client, host.address4, port ?? 0)).toEqual({ kind: 'timeout' })
    const rest = await commands.run(allow('128.0.0.0/1'))
    expect(rest).toMatchObject(refused)
    expect(rest.stderr).toContain('everybody on the internet over IPv4')
    expect(await memcacheTalk(client, host.address4, port ?? 0)).toEqual({ kind: 'timeout' })
    const opened = await commands.json<AllowlistChange>([...allow('128.0.0.0/1', '169.254.1.1'), '--yes'])
    expect(opened).toMatchObject({
      tenant: { openToAnyone: true },
      allowNotes: [{ cidrs: ['169.254.1.1/32'], sentence: expect.stringContaining('one network segment') }],
    })
    expect(await memcacheTalk(client, host.address4, port ?? 0)).toMatchObject({ kind: 'answer' })
    expect((await commands.run(['tenant', 'list'])).stdout).toMatch(/acme .* EVERYBODY/)
  })

  it('asks once for several tenants', async () => {
    const several = ['tenant', 'create', 'w2', 'w3', '--memory', '32', '--allow']
    expect(await commands.onTerminal([[half, 'y']], [...several, '0.0.0.0/1'])).toMatchObject({
      ...{ status: 0, unasked: [], seen: expect.stringContaining('2 created, 0 failed.') },
    })
    await commands.json(['tenant', 'delete', 'w2', 'w3', '--yes'])
    const made = await commands.json<{ tenant: Tenant }[]>([...several, '::/2', '--yes'])
    expect(made.map(({ tenant }) => tenant.openToAnyone)).toEqual([true, true])
  })
})
