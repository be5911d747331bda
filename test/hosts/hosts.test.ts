import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { observeCgroups } from './cgroups.ts'
import { type Client, startClient } from './client.ts'
import { until } from './condition.ts'
import { type HostNamespace, startHost } from './host.ts'
import { memcacheTalk } from './memcache-talk.ts'
import { skipReason } from './platform.ts'
import { importRawImage, rawImage } from './raw-image.ts'
import { workDirectory } from './record.ts'
import { run } from './run.ts'
import { countBack, startSweep } from './sweep.ts'

const reason = skipReason()

const ssh = (host: HostNamespace, command: string, more: readonly string[] = []) =>
  run(
    [
      ...['ssh', '-F', 'none', '-i', host.identityFile, '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'],
      ...['-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${workDirectory(host.id)}/known`],
      ...[...more, '-o', 'ConnectTimeout=10', `${host.user}@${host.address4}`, command],
    ],
    { timeoutMs: 30_000 },
  )

describe.skipIf(reason !== null)(`sandbox hosts${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let other: HostNamespace
  let client: Client
  let second: Client

  beforeAll(async () => {
    host = await startHost({ name: 'one' })
    other = await startHost({
      name: 'two',
      sudo: 'none',
      inDockerGroup: false,
      hide: ['/usr/sbin/ipset', '/usr/bin/memcached'],
      allowStreamLocalForwarding: false,
    })
    client = await startClient(host, { index: 0 })
    second = await startClient(host, { index: 1 })
    await importRawImage(host)
    const publish = ['-p', '20001:11211', '-p', '20002:11211']
    const limits = ['--memory', '64m', '--restart', 'unless-stopped']
    const container = await host.exec([
      'docker',
      'run',
      '-d',
      '--name',
      'cache',
      ...limits,
      ...publish,
      rawImage,
    ])
    expect(container.stderr).toBe('')
  })

  afterAll(async () => {
    await client?.stop()
    await second?.stop()
    await host?.stop()
    await other?.stop()
  })

  it('are entered by SSH with the key, and show the host key that was announced', async () => {
    expect(await ssh(host, 'id -un; hostname; docker version -f "{{.Server.Os}}"')).toMatchObject({
      status: 0,
      stdout: 'deploy\none\nlinux\n',
    })
    const known = await run(['ssh-keygen', '-l', '-f', `${workDirectory(host.id)}/known`])
    expect(known.stdout).toContain(host.hostKeyFingerprint)
  })

  it('let the user become root as the options say', async () => {
    expect((await host.exec(['sudo', '-n', 'id'], { user: host.user })).status).toBe(1)
    const asked = { user: host.user, input: `${host.sudoPassword}\n` }
    const withPassword = await host.exec(['sudo', '-S', '-p', '', 'id', '-un'], asked)
    expect(withPassword).toMatchObject({ status: 0, stdout: 'root\n' })
    expect(await ssh(other, 'sudo -n id')).toMatchObject({ status: 1 })
    expect((await ssh(other, 'docker ps')).stderr).toContain('permission denied')
  })

  it('lack what is hidden, and keep their files to themselves', async () => {
    expect((await other.exec(['sh', '-c', 'command -v ipset memcached'])).stdout).toBe('')
    expect(existsSync('/usr/sbin/ipset')).toBe(true)
    await host.exec(['touch', '/etc/only-here', '/usr/only-here', '/var/lib/only-here', '/run/only-here'])
    for (const place of ['/etc', '/usr', '/var/lib', '/run'])
      expect(existsSync(`${place}/only-here`)).toBe(false)
    expect((await other.exec(['ls', '/etc/only-here'])).status).not.toBe(0)
  })

  it('run containers with limits that clients on other subnets reach over both families', async () => {
    const { stdout: container } = await host.exec(['docker', 'inspect', '-f', '{{.Id}}', 'cache'])
    const limits = observeCgroups(host.id)
      .flatMap((path) =>
        ['memory.max', 'memory.limit_in_bytes'].map((name) => `${path}/${container.trim()}/${name}`),
      )
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8').trim())
    expect(limits).toEqual([String(64 * 1024 * 1024)])
    for (const from of [client, second]) {
      for (const address of [host.address4, host.address6]) {
        expect(await memcacheTalk(from, address, 20_001)).toMatchObject({ kind: 'answer' })
      }
    }
    expect(await memcacheTalk(client, host.address4, 20_003)).toEqual({ kind: 'refused' })
  })

  it('count what comes back from a sweep of the port range', async () => {
    const count = await countBack(client, host)
    const sweep = await startSweep(client, host)
    await sweep.more(2)
    const { rounds, packets } = await sweep.stop()
    expect(packets).toBe(rounds * 20_000)
    const back = await count()
    expect(back.packets4).toBeGreaterThan(10_000)
    expect(back.packets6).toBeGreaterThan(10_000)
    const drop = ['-t', 'raw', '-I', 'PREROUTING', '-p', 'tcp', '--dport', '20000:29999', '-j', 'DROP']
    await host.exec(['iptables', ...drop])
    await host.exec(['ip6tables', ...drop])
    const before = await count()
    const closed = await startSweep(client, host)
    await closed.more(2)
    await closed.stop()
    expect(await count()).toEqual(before)
  })

  it('lose rules and keep containers when they restart', async () => {
    for (const kind of ['shutdown', 'power'] as const) {
      await host.exec(['touch', '/run/before'])
      await host.exec(['iptables', '-t', 'raw', '-A', 'PREROUTING', '-j', 'DROP'])
      await host.reboot({ kind })
      expect((await host.exec(['iptables', '-t', 'raw', '-S'])).stdout).not.toContain('DROP')
      expect((await host.exec(['ls', '/run/before'])).status).not.toBe(0)
      await until(`the container is back after ${kind}`, async () => {
        return (await memcacheTalk(client, host.address4, 20_001)).kind === 'answer'
      })
      expect((await ssh(host, 'true')).status).toBe(0)
    }
  })

  it('come back after each kind of trouble', async () => {
    await host.pauseDocker()
    const frozen = host.exec(['docker', 'ps'], { timeoutMs: 500 })
    await expect(frozen).rejects.toThrow('did not end')
    await host.resumeDocker()
    expect((await host.exec(['docker', 'ps'])).status).toBe(0)
    await host.stopDocker()
    expect((await host.exec(['docker', 'ps'])).status).toBe(1)
    await host.startDocker()
    const working = ssh(host, 'echo connected; sleep 60')
    await until('the session is there', async () => {
      return (await host.exec(['pgrep', '-u', host.user, 'sleep'])).status === 0
    })
    await host.cutSsh()
    expect((await working).status).toBe(255)
    await host.dropLink()
    expect((await ssh(host, 'true', ['-o', 'ConnectTimeout=1'])).status).toBe(255)
    await host.restoreLink()
    expect((await ssh(host, 'true')).status).toBe(0)
    const fingerprint = await host.replaceHostKey()
    expect(fingerprint).not.toBe(host.hostKeyFingerprint)
    const refused = await ssh(host, 'true', ['-o', 'StrictHostKeyChecking=yes'])
    expect(refused.stderr).toContain('HOST IDENTIFICATION HAS CHANGED')
  })
})
