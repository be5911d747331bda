import { readFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SshLinkOptions } from '../../../../src/main/adapters/ssh/ssh-link.ts'
import { usualTimeLimits } from '../../../../src/main/adapters/time-limits.ts'
import { until } from '../../../hosts/condition.ts'
import { type KeyAgent, type KeyAgentOptions, startKeyAgent } from '../../../hosts/key-agent.ts'
import { makeKey } from '../../../hosts/keys.ts'
import { mustRun } from '../../../hosts/run.ts'
import { type Bench, openBench, problemOf, sshdSkipReason } from './bench.ts'
import type { Sshd } from './sshd.ts'

const skipped = sshdSkipReason()
const user = os.userInfo().username

describe.skipIf(skipped !== null)(`SSH agents${skipped === null ? '' : ` (${skipped})`}`, () => {
  let bench: Bench
  let server: Sshd
  const agents: KeyAgent[] = []
  beforeAll(async () => {
    bench = await openBench()
    server = await bench.sshd()
  })
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.close()
  })
  afterAll(() => bench.close())

  let count = 0
  const agentWith = async (options: Partial<KeyAgentOptions> = {}) => {
    const socket = join(bench.folder, `agent-${++count}`)
    const agent = await startKeyAgent({ socket, keys: [bench.identity], ...options })
    agents.push(agent)
    return { ...agent, socket, configFile: configFor(socket) }
  }
  const configFor = (socket: string): string =>
    bench.file(
      `config-${++count}`,
      `Host *\n  IdentityAgent ${socket}\n${readFileSync(bench.configFile, 'utf8')}`,
    )
  /** Far shorter than what a person needs. */
  const timeLimits = {
    ...usualTimeLimits,
    ...{ callMs: 4_000, loginStepMs: 2_000, slowAgentMs: 50, agentFirstMs: 100 },
  }
  const link = (configFile: string, to: Sshd = server, changes: Partial<SshLinkOptions> = {}) =>
    bench.link(to, {
      target: { address: '127.0.0.1', port: to.port },
      ...{ configFile, timeLimits },
      ...changes,
    })

  it.each(['onList', 'onSign'] as const)(
    'a person behind an agent has longer than every limit of a machine: %s',
    async (question) => {
      const asked: (() => void)[] = []
      const told: string[] = []
      const agent = await agentWith({
        [question]: (answer: (outcome: 'yes') => void) => asked.push(() => answer('yes')),
      })
      const slow = link(agent.configFile, server, {
        onAgentWait: (each, isStill) => told.push(`${each.agent} ${each.asked} ${isStill()}`),
      })
      const connecting = slow.connect()
      await until('people are told', () => told.length > 0)
      expect(told[0]).toMatch(
        question === 'onList'
          ? `${agent.socket} to list its keys true`
          : `${agent.socket} to sign with agent: ${bench.identity} true`,
      )
      expect(slow.info().waits?.code).toBe('AGENT_SILENT')
      await new Promise((resolve) => setTimeout(resolve, 1.1 * timeLimits.callMs))
      for (const answer of asked) answer()
      await connecting
      expect(slow.info()).not.toHaveProperty('waits')
      expect(agent.open()).toBe(0)
    },
  )

  it.each(['onList', 'onSign'] as const)(
    'an agent that never answers is waited for as long as the server does, and named: %s',
    async (question) => {
      const impatient = await bench.sshd({ config: 'LoginGraceTime 2' })
      const agent = await agentWith({ [question]: () => {} })
      const { code, details } = await problemOf(link(agent.configFile, impatient).connect())
      expect({ code, details }).toMatchObject({
        code: 'AGENT_SILENT',
        details: { host: 'web', agent: agent.socket },
      })
      expect((details as { afterMs: number }).afterMs).toBeGreaterThan(1_500)
      await until('its connection is closed', () => agent.open() === 0)
    },
  )

  it('nor longer than its own limit, where the server waits without an end', async () => {
    const patient = await bench.sshd({ config: 'LoginGraceTime 0' })
    const agent = await agentWith({ onSign: () => {} })
    const limited = link(agent.configFile, patient, { timeLimits: { ...timeLimits, agentMs: 900 } })
    expect(await problemOf(limited.connect())).toMatchObject({ code: 'AGENT_SILENT' })
  })

  it('the wait can be given up, and ends with the link', async () => {
    const agent = await agentWith({ onSign: () => {} })
    const slow = link(agent.configFile)
    const stop = new AbortController()
    const connecting = problemOf(slow.connect({ signal: stop.signal }))
    await until('the agent is asked', () => agent.asked.signs > 0)
    stop.abort()
    expect(await connecting).toMatchObject({ code: 'CANCELLED' })
    await slow.close()
    await until('its connection is closed', () => agent.open() === 0)
  })

  it('a named key file that fits does without an agent, and one that is configured without a silent one', async () => {
    const agent = await agentWith({ onList: () => {} })
    await link(agent.configFile, server, {
      target: { address: '127.0.0.1', port: server.port, identityFile: bench.identity },
    }).connect()
    expect(agent.asked.lists).toBe(0)
    const configFile = bench.file(
      `config-${++count}`,
      readFileSync(agent.configFile, 'utf8').replace('IdentityFile none', `IdentityFile ${bench.identity}`),
    )
    await link(configFile).connect()
    expect(agent.asked.lists).toBe(1)
    await until('its connection is closed', () => agent.open() === 0)
  })

  it('an agent that refuses to sign is named', async () => {
    const agent = await agentWith({ onSign: (answer) => answer('no') })
    expect(await problemOf(link(agent.configFile).connect())).toEqual({
      code: 'AGENT_REFUSED',
      details: { host: 'web', agent: agent.socket, key: `agent: ${bench.identity}` },
    })
  })

  it('an agent that is locked, that refuses to list or that is gone is told beside a login that was refused', async () => {
    const locked = await agentWith({ keys: [] })
    const shy = await agentWith({ onList: (answer) => answer('no') })
    const gone = join(bench.folder, 'gone')
    const cases = [
      [locked.configFile, `the agent at ${locked.socket}: it shows no keys, as a locked one does`],
      [shy.configFile, `the agent at ${shy.socket}: it did not list its keys`],
      [configFor(gone), `the agent at ${gone}: nothing listens there`],
    ] as const
    for (const [configFile, reason] of cases) {
      expect(await problemOf(link(configFile).connect())).toEqual({
        code: 'LOGIN_REFUSED',
        details: { host: 'web', user, tried: [], unusable: [reason] },
      })
    }
  })

  it('a key of which only the public part is on the disk is the first of many that an agent has', async () => {
    const others = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map((each) => makeKey(join(bench.folder, `other-${each}`))),
    )
    const agent = await agentWith({ keys: [...others, bench.identity] })
    const card = join(bench.folder, 'card')
    await mustRun(['cp', `${bench.identity}.pub`, `${card}.pub`])
    const configFile = bench.file(
      `config-${++count}`,
      readFileSync(agent.configFile, 'utf8').replace('IdentityFile none', `IdentityFile ${card}`),
    )
    await link(configFile).connect()
  })

  it('a server that wants another proof than a key, or one more, says so', async () => {
    const both = await bench.sshd({
      config: 'PermitRootLogin yes\nAuthenticationMethods publickey,password\nPasswordAuthentication yes',
    })
    expect(await problemOf(bench.link(both).connect())).toEqual({
      code: 'LOGIN_METHODS',
      details: { host: 'web', user, key: bench.identity, wants: ['password'] },
    })
    const other = await bench.sshd({
      config: 'PermitRootLogin yes\nPubkeyAuthentication no\nPasswordAuthentication yes',
    })
    expect(await problemOf(bench.link(other).connect())).toEqual({
      code: 'LOGIN_METHODS',
      details: { host: 'web', user, key: '', wants: ['password'] },
    })
  })
})
