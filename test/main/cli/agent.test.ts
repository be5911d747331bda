import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { type KeyAgent, type KeyAgentOptions, startKeyAgent } from '../../hosts/key-agent.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { addHost, type CommandRunner, startCommandRunner } from './command-runner.ts'

vi.setConfig({ testTimeout: 120_000 })

describeOnHosts('commands and an SSH agent', () => {
  let host: HostNamespace
  let commands: CommandRunner
  const agents: KeyAgent[] = []

  beforeAll(async () => {
    host = await startPreparedHost()
    commands = await startCommandRunner()
    await addHost(commands, host)
  })
  afterAll(async () => {
    for (const agent of agents) await agent.close()
    await commands?.stop()
    await host?.stop()
  })

  const agentWith = async (options: Partial<KeyAgentOptions>) => {
    const socket = join(commands.dataDir, `agent-${agents.length}`)
    const agent = await startKeyAgent({ socket, keys: [host.identityFile], ...options })
    agents.push(agent)
    return { agent, surroundings: { SSH_AUTH_SOCK: socket } }
  }
  const add = (name: string) => [
    'host',
    'add',
    name,
    '--ssh',
    `${host.user}@${host.address4}`,
    '--host-key',
    host.hostKeyFingerprint,
  ]

  it('a silent agent holds up nothing where the key file is named', async () => {
    const { agent, surroundings } = await agentWith({ onList: () => {} })
    const { status, stderr } = await commands.run(['tenant', 'list'], '', surroundings)
    expect({ status, stderr, lists: agent.asked.lists }).toEqual({ status: 0, stderr: '', lists: 0 })
  })

  it.each(['onList', 'onSign'] as const)(
    'people are told what is waited for, and it works once they did it: %s',
    async (question) => {
      const answers: (() => void)[] = []
      const { surroundings } = await agentWith({
        [question]: (answer: (outcome: 'yes') => void) => answers.push(() => answer('yes')),
      })
      const name = `web-${question.toLowerCase()}`
      const command = commands.start(add(name), surroundings)
      await until('it is told', () => command.noted().includes('approve the key there'))
      expect(command.noted()).toContain(`for host ${name} and has not answered yet`)
      for (const answer of answers.splice(0)) answer()
      const { status, stdout } = await command.ended
      expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining(name) })
    },
  )

  it('Ctrl-C ends a command that waits for an agent', async () => {
    const { surroundings } = await agentWith({ onSign: () => {} })
    const command = commands.start(add('web3'), surroundings)
    await until('it is told', () => command.noted().includes('approve the key there'))
    const begun = performance.now()
    command.kill('SIGINT')
    const { status } = await command.ended
    expect(status).not.toBe(0)
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})
