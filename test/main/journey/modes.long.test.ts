import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CheckLine } from '../../../src/contract/host.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addHost, type CommandRunner, startCommandRunner } from '../cli/command-runner.ts'
import { startPreparedHost, startPreparedPanelHost } from '../prepared-host.ts'
import { isSilent, lostSetuid, playMoment, root } from './mode-moments.ts'

const reason = skipReason()
// Each command is a program of its own, and a sudo that is silent is waited for.
vi.setConfig({ testTimeout: 240_000 })

describe.skipIf(reason !== null)(`the mode of a host${reason === null ? '' : ` (${reason})`}`, () => {
  const stops: (() => Promise<void>)[] = []
  const start = async (name: string, options = {}): Promise<[CommandRunner, HostNamespace]> => {
    const commands = await startCommandRunner()
    stops.push(commands.stop)
    const host = await startPreparedHost({ name, sudo: 'nopasswd', ...options })
    stops.push(host.stop)
    return [commands, host]
  }
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  it.each([lostSetuid, isSilent])('stays as it is while sudo does not do its work: $name', async (moment) => {
    const world = await startPreparedPanelHost()
    stops.push(world.stop)
    await playMoment(world, moment)
  })

  it("reaches the host's own Docker, whatever the login's profile and this environment name", async () => {
    const [commands, host] = await start('profile', { allowStreamLocalForwarding: false })
    const profile =
      'export DOCKER_HOST=unix:///run/other.sock DOCKER_CONTEXT=other DOCKER_CONFIG=/run/other DOCKER_TLS_VERIFY=1\n'
    await writeHostFile(host.namespace, `/home/${host.user}/.bashrc`, profile, { owner: host.user })
    await addHost(commands, host)
    const { status, stdout } = await commands.run(['host', 'check', 'profile', '--json'])
    const { lines } = JSON.parse(stdout) as { lines: CheckLine[] }
    expect({ status, lines }).toMatchObject({ status: 0 })
    expect(lines.find(({ subject }) => subject === 'Forwarding')?.sentence).toContain('dial-stdio')
    await commands.json(['tenant', 'create', 'own', '--host', 'profile'])
    expect(await root(host, 'docker', 'ps', '--format', '{{.Names}}')).toMatch(/^memharbor-/)

    for (const surroundings of [
      { DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_CERT_PATH: '/nonexistent', DOCKER_TLS_VERIFY: '1' },
      { DOCKER_HOST: 'no address: at all', DOCKER_TLS_VERIFY: 'perhaps', DOCKER_PATH_PREFIX: '??' },
    ]) {
      for (const args of [
        ['host', 'check', 'profile'],
        ['tenant', 'show', 'own'],
      ]) {
        const ended = await commands.run(args, '', surroundings)
        expect({ args, surroundings, ...ended }).toMatchObject({ status: 0 })
      }
    }
  })
})
