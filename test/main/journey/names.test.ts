import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containerName } from '../../../src/domain/host-names.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { answerEveryName, copyProfile, lookUp, lookUpImage, makeLookUpImage } from '../../hosts/look-up.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
/** Asks Docker's resolver over TCP by a send that begins the connection (MSG_FASTOPEN), and tells whether it was sent. */
const fastOpen =
  'socket(S, 2, 1, 0) and defined send(S, "x", 0x20000000, pack("Sna4x8", 2, 53, "\\x7f\\0\\0\\x0b")) and print "sent"'

describe.skipIf(reason !== null)(`names in a container${reason ? ` (${reason})` : ''}`, () => {
  let host: HostNamespace
  let client: Client
  let panel: Panel
  /** By name, as Docker's resolver has it, and the container's address. */
  let neighbour: { readonly name: string; readonly address: string }
  const root = async (command: string): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(['sh', '-ec', command])
    expect({ command, status, stderr }).toMatchObject({ status: 0 })
    return stdout.trim()
  }

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
    await writeHostFile(host.namespace, '/etc/resolv.conf', `nameserver ${client.address4}\n`)
    await answerEveryName(client)
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    const { id } = await createTenant(panel, { name: 'acme' })
    const format = '{{range.NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
    neighbour = {
      name: containerName(id),
      address: await root(`docker inspect -f '${format}' ${containerName(id)}`),
    }
    await makeLookUpImage(host)
  })
  afterAll(async () => {
    await panel?.stop()
    await client?.stop()
    await host?.stop()
  })

  it('are looked up by nobody, neither those of neighbours nor others', { timeout: 60_000 }, async () => {
    const names = [neighbour.name, 'example.com', 'metadata.google.internal']
    // Docker's resolver asks from the container's network or from the host's, as its version has it.
    await root('iptables -t raw -F')
    for (const name of names) {
      const { stdout } = await lookUp(host, [], name)
      expect(stdout, `the control: ${name}`).toMatch(/^[0-9.]+ /)
    }
    const profile = ['--security-opt', await copyProfile(host, neighbour.name)]
    const nowhere = ['--dns', '127.0.0.1']
    const own = ['--security-opt', 'no-new-privileges', ...profile, ...nowhere]
    for (const name of names) expect(await lookUp(host, own, name)).toMatchObject({ status: 2, stdout: '' })
    // Each of the two by itself, too: the profile keeps from everything, the setting from what is outside.
    for (const name of names)
      expect(await lookUp(host, profile, name)).toMatchObject({ status: 2, stdout: '' })
    expect(await lookUp(host, nowhere, 'example.com')).toMatchObject({ status: 2, stdout: '' })
    const send = (options: readonly string[]) =>
      host.exec([
        ...['docker', 'run', '--rm', '--user', '11211', '--network', 'memharbor-1', ...options],
        ...['--entrypoint', '/usr/bin/perl', lookUpImage, '-e', fastOpen],
      ])
    expect((await send(nowhere)).stdout, 'the control').toBe('sent')
    expect((await send(profile)).stdout).toBe('')
    expect((await send(['--sysctl', 'net.ipv4.tcp_fastopen=0'])).stdout).toBe('')
    expect(await root(`docker inspect -f '{{.HostConfig.Dns}}' ${neighbour.name}`)).toBe('[127.0.0.1]')
  })
})
