import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containerName } from '../../../src/domain/host-names.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import answerNames from './answer-names.py?raw'

const reason = skipReason()
/** Asks Docker's resolver over TCP by a send that begins the connection (MSG_FASTOPEN), and tells whether it was sent. */
const fastOpen =
  'socket(S, 2, 1, 0) and defined send(S, "x", 0x20000000, pack("Sna4x8", 2, 53, "\\x7f\\0\\0\\x0b")) and print "sent"'
/** The tenants' image with a program that looks names up, and what that loads. */
const makeImage = `set -e
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/etc"
echo 'memcache:x:11211:11211::/:/usr/sbin/nologin' > "$directory/etc/passwd"
echo 'hosts: dns' > "$directory/etc/nsswitch.conf"
cp -L --parents /usr/bin/getent /usr/bin/perl $(ldd /usr/bin/getent /usr/bin/perl | grep -o '/[^ :]*') "$directory"
tar -C "$directory" -c . | docker import - names:test
`

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
    const server = await client.spawn(['/usr/bin/python3', '-IS', '-c', answerNames])
    await server.waitFor('answering')
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    const { id } = await createTenant(panel, { name: 'acme' })
    const format = '{{range.NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
    neighbour = {
      name: containerName(id),
      address: await root(`docker inspect -f '${format}' ${containerName(id)}`),
    }
    await root(makeImage)
  })
  afterAll(async () => {
    await panel?.stop()
    await client?.stop()
    await host?.stop()
  })

  const lookUp = (options: string, name: string) =>
    host.exec([
      ...['sh', '-c'],
      `docker run --rm --user 11211 --network memharbor-1 ${options} --entrypoint /usr/bin/getent names:test ahostsv4 ${name}`,
    ])

  it('are looked up by nobody, neither those of neighbours nor others', { timeout: 60_000 }, async () => {
    const names = [neighbour.name, 'example.com', 'metadata.google.internal']
    // Docker's resolver asks from the container's network or from the host's, as its version has it.
    await root('iptables -t raw -F')
    for (const name of names) {
      const { stdout } = await lookUp('', name)
      expect(stdout, `the control: ${name}`).toMatch(/^[0-9.]+ /)
    }
    await root(`docker inspect -f '{{index .HostConfig.SecurityOpt 1}}' ${neighbour.name} > /root/option`)
    await root('sed s/^seccomp=// /root/option > /root/profile.json')
    const own = '--security-opt no-new-privileges --security-opt seccomp=/root/profile.json --dns 127.0.0.1'
    for (const name of names) expect(await lookUp(own, name)).toMatchObject({ status: 2, stdout: '' })
    // Each of the two by itself, too: the profile keeps from everything, the setting from what is outside.
    const profile = '--security-opt seccomp=/root/profile.json'
    for (const name of names) expect(await lookUp(profile, name)).toMatchObject({ status: 2, stdout: '' })
    expect(await lookUp('--dns 127.0.0.1', 'example.com')).toMatchObject({ status: 2, stdout: '' })
    const send = (options: string) =>
      host.exec([
        ...['docker', 'run', '--rm', '--user', '11211', '--network', 'memharbor-1', ...options.split(' ')],
        ...['--entrypoint', '/usr/bin/perl', 'names:test', '-e', fastOpen],
      ])
    expect((await send('--dns 127.0.0.1')).stdout, 'the control').toBe('sent')
    expect((await send(profile)).stdout).toBe('')
    expect((await send('--sysctl net.ipv4.tcp_fastopen=0')).stdout).toBe('')
    expect(await root(`docker inspect -f '{{.HostConfig.Dns}}' ${neighbour.name}`)).toBe('[127.0.0.1]')
  })
})
