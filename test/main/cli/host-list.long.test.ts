import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ListedHost } from '../../../src/contract/host.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { addPrepared, type CommandRunner, startCommandRunner } from './command-runner.ts'

const reason = skipReason()
// Each command is a program of its own.
vi.setConfig({ testTimeout: 180_000 })

const state = '/var/lib/memharbor'
const kept = '/root/kept'

describe.skipIf(reason !== null)(`host list${reason === null ? '' : ` (${reason})`}`, () => {
  let commands: CommandRunner
  let host: HostNamespace

  const root = async (script: string): Promise<void> => {
    const { status, stderr } = await host.exec(['sh', '-ec', script])
    if (status !== 0) throw new Error(stderr)
  }
  /** As a person reads it: the titles, the host, and what is told under it. */
  const read = async () => {
    const { status, stdout, stderr } = await commands.run(['host', 'list'])
    const [titles = '', line = '', ...below] = stdout.split('\n')
    return { status, stderr, titles, line, below }
  }

  beforeAll(async () => {
    commands = await startCommandRunner()
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    await addPrepared(commands, host)
    for (const name of ['acme', 'beta'])
      await commands.json(['tenant', 'create', name, '--allow', '203.0.113.7', '--allow', '203.0.113.8'])
  })

  afterAll(async () => {
    await commands?.stop()
    await host?.stop()
  })

  it('says nothing under a host where all is well', async () => {
    expect(await read()).toMatchObject({ status: 0, line: expect.stringMatching(/ 2 +\d/), below: [] })
  })

  it('says why a host was not reached, and what is not in force there', async () => {
    await host.stopSsh()
    expect(await commands.run(['tenant', 'revoke', 'acme', '203.0.113.7'])).toMatchObject({ status: 1 })
    expect(await commands.run(['tenant', 'suspend', 'beta'])).toMatchObject({ status: 1 })
    const { status, line, below } = await read()
    expect({ status, line, below }).toEqual({
      status: 0,
      line: expect.stringMatching(/ 2, 2 PENDING +unknown/),
      below: [
        expect.stringMatching(/^ {2}Host web1 at .* does not answer: .*\.$/),
        expect.stringMatching(/^ {2}PENDING acme: revoke 203\.0\.113\.7\/32, not in force since 20/),
        expect.stringMatching(/^ {2}PENDING beta: suspend, not in force since 20/),
      ],
    })
    const checked = await commands.run(['host', 'check', 'web1'])
    expect(checked).toMatchObject({ status: 1, stdout: '' })
    expect(checked.stderr).toMatch(
      /^PENDING acme: revoke .*\nPENDING beta: suspend, .*\nHOST_UNREACHABLE: .*\n?$/,
    )
    const [listed] = await commands.json<ListedHost[]>(['host', 'list'])
    expect(listed?.pending).toMatchObject([
      { tenant: 'acme', kind: 'revoke', cidrs: ['203.0.113.7/32'], why: expect.stringContaining('web1') },
      { tenant: 'beta', kind: 'suspend', cidrs: [] },
    ])
    expect((await commands.run(['tenant', 'list'])).stderr).toMatch(
      /^web1 could not be looked at: .*\nHost web1 at .* does not answer: .*\.\n?$/,
    )
    await host.startSsh()
    await commands.run(['tenant', 'list'])
    expect(await read()).toMatchObject({ line: expect.stringMatching(/ 2 +\d/), below: [] })
  })

  it('says of a host that was put back, already at the first look, whose choice it waits for', async () => {
    await root(`mkdir ${kept}; cp -a ${state}/. ${kept}`)
    await commands.json(['tenant', 'annotate', 'acme', '--notes', 'newer'])
    // From this look on the store knows where the history of the host is.
    await commands.json(['tenant', 'list'])
    await root(`rm -rf ${state}/*; cp -a ${kept}/. ${state}; /usr/local/sbin/memharbor-host </dev/null`)
    const { line, below } = await read()
    expect(line).toContain('filtered, PUT BACK')
    expect(below).toEqual([
      expect.stringMatching(/^ {2}web1 was put back to an older state .*acme\. Choose .*host recover web1/),
    ])
  })

  it('says of a host that is another server than before how to accept it, which says first what that means', async () => {
    await root(
      `sed -i 's/"hostId": *"[0-9a-f]*"/"hostId": "${'0'.repeat(32)}"/' ${state}/state.json; /usr/local/sbin/memharbor-host </dev/null`,
    )
    const { line, below, stderr } = await read()
    // The look finds it by itself, and the list says it in its place.
    expect(stderr).toBe('')
    expect(line).toContain('filtered, REPLACED')
    expect(below[0]).toMatch(/^ {2}web1 is another server than before: .*`memharbor host trust web1`/)
    const asked = await commands.run(['host', 'trust', 'web1'])
    expect(asked.status).toBe(1)
    expect(asked.stderr).toMatch(
      /^CONFIRMATION_NEEDED: web1 is another server than before\. It has records of acme/,
    )
    expect((await read()).line).toContain('REPLACED')
    // Once, with its advice.
    const listed = (await commands.run(['tenant', 'list'])).stderr
    expect(listed.match(/is another server than before/g)).toHaveLength(1)
    expect(await commands.run(['host', 'trust', 'web1', '--yes'])).toMatchObject({ status: 0 })
    expect((await read()).line).not.toContain('REPLACED')
  })
})
