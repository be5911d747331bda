import { expect } from 'vitest'
import type { CheckLine, Host } from '../../../src/contract/host.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { addPrepared, type CommandRunner } from '../cli/command-runner.ts'

export const momentRule = '/etc/sudoers.d/zzz-moment'
const sudo = '/usr/bin/sudo'

/** Something that keeps sudo from answering for a while. */
export interface Moment {
  /** Also the host's name. */
  readonly name: string
  /** The words of the check about it. */
  readonly words: string
  readonly fail: (host: HostNamespace) => Promise<unknown>
  readonly mend: readonly string[]
}

export const wantsTerminal: Moment = {
  name: 'tty',
  words: 'must have a tty',
  fail: (host) => writeHostFile(host.namespace, momentRule, 'Defaults requiretty\n', { mode: '440' }),
  mend: ['rm', momentRule],
}

export const lostSetuid: Moment = {
  name: 'setuid',
  words: 'setuid bit',
  fail: (host) => root(host, 'chmod', 'u-s', sudo),
  mend: ['chmod', 'u+s', sudo],
}

export const isSilent: Moment = {
  name: 'silent',
  words: 'nothing within 10 s',
  async fail(host) {
    await root(host, 'mv', sudo, `${sudo}.kept`)
    await writeHostFile(host.namespace, sudo, '#!/bin/sh\nexec sleep 60\n', { mode: '755' })
  },
  mend: ['mv', `${sudo}.kept`, sudo],
}

export const root = async (host: HostNamespace, ...argv: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await host.exec(argv)
  expect({ argv, status, stderr }).toMatchObject({ argv, status: 0 })
  return stdout
}

/** The helper's memory, asked of it by root. */
export const readHostRecords = (host: HostNamespace): Promise<string> =>
  root(host, 'sh', '-c', 'echo \'{"v":1,"op":"records"}\' | /usr/local/sbin/memharbor-host')

export const checkByCommand = async (
  { run }: CommandRunner,
  name: string,
): Promise<{ status: number | undefined; lines: CheckLine[] }> => {
  const { status, stdout } = await run(['host', 'check', name, '--json'])
  return { status, lines: JSON.parse(stdout).lines }
}

export const readMode = async ({ json }: CommandRunner, name: string): Promise<string | undefined> =>
  (await json<Host[]>(['host', 'list'])).find((host) => host.name === name)?.mode

/** Nothing is read as another mode and nothing is said to be deleted while sudo does not answer; afterwards all goes on. */
export const playMoment = async (
  commands: CommandRunner,
  host: HostNamespace,
  { name, words, fail, mend }: Moment,
): Promise<void> => {
  const run = (...args: string[]) => commands.run(args)
  await addPrepared(commands, host)
  await commands.json(['tenant', 'create', `of-${name}`, '--host', name, '--allow', '203.0.113.7'])
  await fail(host)

  const { status, lines } = await checkByCommand(commands, name)
  expect(status).toBe(1)
  const told = lines.map(({ sentence }) => sentence).join('\n')
  expect(told).not.toContain('127.0.0.1')
  for (const subject of ['sudo', 'Filter']) {
    const line = { subject, verdict: 'bad', sentence: expect.stringContaining(words) }
    expect(lines).toContainEqual(expect.objectContaining(line))
  }
  const prepared = await run('host', 'prepare', name)
  expect(prepared).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^FILTER_UNCLEAR: .*--loopback/),
  })
  const chosen = await run('host', 'prepare', name, '--loopback')
  expect(chosen).toMatchObject({ status: 1, stderr: expect.stringMatching(/^MODE_KEPT: /) })
  expect(await readMode(commands, name)).toBe('filtered')

  const deleted = await run('tenant', 'delete', `of-${name}`, '--yes')
  expect(deleted.status).toBe(1)
  expect(deleted.stdout).not.toContain('is deleted')
  expect(await readHostRecords(host)).toContain(`of-${name}`)
  const [left] = (await commands.json<Tenant[]>(['tenant', 'list'])).filter((one) => one.host === name)
  // Deleting may have been refused before it began; it is never gone while the host has its record.
  expect(left).toMatchObject({
    name: `of-${name}`,
    state: expect.stringMatching(/^(deleting|failed|unknown)$/),
  })

  await root(host, ...mend)
  // A delete that had begun is finished by recovery, and then there is nothing to delete any more.
  await run('tenant', 'delete', `of-${name}`, '--yes')
  expect(await readHostRecords(host)).not.toContain(`of-${name}`)
  expect((await checkByCommand(commands, name)).status).toBe(0)
}
