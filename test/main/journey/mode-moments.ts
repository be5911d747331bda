import { expect } from 'vitest'
import type { CheckLine, Host } from '../../../src/contract/host.ts'
import type { TimeLimits } from '../../../src/main/adapters/time-limits.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'

export const momentRule = '/etc/sudoers.d/zzz-moment'
const sudo = '/usr/bin/sudo'

/** Something that keeps sudo from answering for a while. */
export interface Moment {
  readonly name: string
  /** The words of the check about it. */
  readonly words: string
  readonly fail: (host: HostNamespace) => Promise<unknown>
  readonly mend: readonly string[]
  /** Where sudo is waited for, so that it is not in real time. */
  readonly timeLimits?: Partial<TimeLimits>
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
  words: 'nothing within 5 s',
  timeLimits: { startMs: 5_000 },
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

/** The lines of a check, and whether there is nothing to put right. */
export const checkHost = async ({
  panel,
  host,
}: PanelHost): Promise<{ isSound: boolean; lines: CheckLine[] }> => {
  const { ready, lines } = await panel.client.host.check({ name: host.name })
  return { isSound: ready && lines.every(({ verdict }) => verdict === 'good' || verdict === 'note'), lines }
}

/** Plans and carries out, as the command does. */
export const prepareHost = async (
  { panel, host }: PanelHost,
  choices: { readonly loopback?: boolean } = {},
): Promise<Host> => {
  const input = { name: host.name, ...choices }
  const { fingerprint } = await panel.client.host.planPrepare(input)
  return (await readWork(panel.client.host.prepare({ ...input, fingerprint, confirmed: true }))).result
}

export const readMode = async ({ panel }: PanelHost): Promise<string | undefined> =>
  (await panel.client.host.list())[0]?.mode

/**
 * Nothing is read as another mode and nothing is said to be deleted while sudo does not answer; afterwards all goes on.
 * Each time a fresh program comes to it: a helper that runs already needs no sudo any more.
 */
export const playMoment = async (
  world: PanelHost,
  { name, words, fail, mend, timeLimits = {} }: Moment,
): Promise<void> => {
  const { host } = world
  const tenant = `of-${name}`
  const remove = () => readWork(world.panel.client.tenant.delete({ name: tenant, confirmed: true }))
  await createTenant(world.panel, { name: tenant, allow: [{ cidr: '203.0.113.7' }] })
  await world.reopen(() => fail(host), { timeLimits })

  const { isSound, lines } = await checkHost(world)
  expect(isSound).toBe(false)
  const told = lines.map(({ sentence }) => sentence).join('\n')
  expect(told).not.toContain('127.0.0.1')
  for (const subject of ['sudo', 'Filter']) {
    const line = { subject, verdict: 'bad', sentence: expect.stringContaining(words) }
    expect(lines).toContainEqual(expect.objectContaining(line))
  }
  expect(await problemOf(prepareHost(world))).toMatchObject({
    code: 'FILTER_UNCLEAR',
    advice: expect.stringContaining('--loopback'),
  })
  expect(await problemOf(prepareHost(world, { loopback: true }))).toMatchObject({ code: 'MODE_KEPT' })
  expect(await readMode(world)).toBe('filtered')

  await problemOf(remove())
  expect(await readHostRecords(host)).toContain(tenant)
  // Deleting may have been refused before it began; it is never gone while the host has its record.
  expect(await world.panel.client.tenant.list({})).toMatchObject([
    { name: tenant, state: expect.stringMatching(/^(deleting|failed|unknown)$/) },
  ])

  await world.reopen(() => root(host, ...mend), {})
  // A delete that had begun is finished by recovery, and then there is nothing to delete any more.
  await remove().catch(() => {})
  await until('it is deleted', async () => (await world.panel.client.tenant.list({})).length === 0, 30_000)
  expect(await readHostRecords(host)).not.toContain(tenant)
  expect(await checkHost(world)).toMatchObject({ isSound: true })
}
