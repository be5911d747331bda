import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type HostNamespace, type HostOptions, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { mustRun } from '../../hosts/run.ts'
import { renderSshConfig } from '../../hosts/ssh-server.ts'
import { openPage } from '../live/page.ts'
import { addSandbox, openPanel, type Panel, prepareSandbox, problemOf, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

/** "Within seconds": a person waits that long for a no. */
const seconds = 15_000

const timed = async <T>(work: Promise<T>): Promise<{ value: T; ms: number }> => {
  const start = performance.now()
  const value = await work
  return { value, ms: performance.now() - start }
}

describeOnHosts('what goes wrong is said', () => {
  let host: HostNamespace
  let panel: Panel

  beforeEach(async () => {
    panel = await openPanel()
  })
  afterEach(() => panel?.stop())

  const add = (to: HostNamespace, change: Partial<Parameters<Client['host']['add']>[0]> = {}) =>
    panel.client.host.add({
      name: to.name,
      target: { kind: 'ssh', address: to.address4, user: to.user, identityFile: to.identityFile },
      hostKeys: [to.hostKeyFingerprint],
      ...change,
    })

  describe('before anybody is logged in', () => {
    beforeAll(async () => {
      host = await startHost({ name: 'web1', docker: false })
    })
    afterAll(() => host?.stop())

    it('a host key that nobody has accepted, and one that was mistyped', async () => {
      const found = await problemOf(add(host, { hostKeys: [] }))
      expect(found).toMatchObject({
        code: 'HOST_KEY_UNKNOWN',
        details: { host: 'web1', fingerprint: host.hostKeyFingerprint, keyType: 'ssh-ed25519' },
      })
      expect(found.advice).toContain(`--host-key ${host.hostKeyFingerprint}`)
      expect((await problemOf(add(host, { hostKeys: [`${host.hostKeyFingerprint}x`] }))).code).toBe(
        'HOST_KEY_UNKNOWN',
      )
      expect(await panel.client.host.list()).toEqual([])
    })

    it('a wrong key, a wrong passphrase and none', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'memharbor-keys-'))
      const identityFile = join(folder, 'stranger')
      await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', identityFile])
      const target = { kind: 'ssh', address: host.address4, user: host.user } as const
      const refused = await problemOf(add(host, { target: { ...target, identityFile } }))
      expect(refused).toMatchObject({ code: 'LOGIN_REFUSED', details: { user: host.user } })
      expect(refused.advice).toContain('authorized_keys')

      const encrypted = { ...target, identityFile: host.encryptedIdentityFile }
      const asked = await problemOf(add(host, { target: encrypted }))
      expect(asked).toMatchObject({
        code: 'PASSPHRASE_NEEDED',
        details: { identityFile: host.encryptedIdentityFile },
      })
      const remember = (passphrase: string) =>
        panel.client.secret.rememberPassphrase({ identityFile: host.encryptedIdentityFile, passphrase })
      const wrong = await problemOf(remember('not this one'))
      expect(wrong).toMatchObject({ code: 'PASSPHRASE_WRONG' })
      expect(JSON.stringify(wrong)).not.toContain('not this one')
      await remember(host.passphrase)
      expect((await add(host, { target: encrypted })).host.name).toBe('web1')
      await rm(folder, { recursive: true })
    })

    it('a changed host key stops everything until it is trusted', async () => {
      await add(host)
      const pinned = host.hostKeyFingerprint
      const shown = await host.replaceHostKey()
      await host.cutSsh()
      const { value, ms } = await timed(problemOf(panel.client.host.check({ name: 'web1' })))
      expect(value).toMatchObject({ code: 'HOST_KEY_CHANGED', details: { pinned, fingerprint: shown } })
      expect(value.advice).toContain('`memharbor host trust web1`')
      // It may be that of somebody in between, and is not ready to be pasted.
      expect(value.advice).not.toContain(shown)
      expect(ms).toBeLessThan(seconds)
      const unsure = await problemOf(panel.client.host.trust({ name: 'web1' }))
      expect(unsure).toMatchObject({ code: 'HOST_KEY_CHANGED', details: { pinned, fingerprint: shown } })
      expect((await problemOf(panel.client.host.check({ name: 'web1' }))).code).toBe('HOST_KEY_CHANGED')
      const trusted = await panel.client.host.trust({ name: 'web1', hostKeys: [shown] })
      expect(trusted.fingerprints).toEqual([shown])
      // Of a key that is trusted already nothing has to be asked.
      expect((await panel.client.host.trust({ name: 'web1' })).fingerprints).toEqual([shown])
      expect((await panel.client.host.check({ name: 'web1' })).lines[0]).toMatchObject({ verdict: 'good' })
    })
  })

  describe('where nothing is prepared', () => {
    const start = async (options: HostOptions): Promise<HostNamespace> => {
      const started = await startHost(options)
      onTestFinished(started.stop)
      return started
    }

    it('sudo that wants a password, gets a wrong one, or refuses the user', async () => {
      const host = await start({ name: 'web1', sudo: 'password' })
      await addSandbox(panel, host)
      const plan = await panel.client.host.planPrepare({ name: 'web1' })
      const input = { name: 'web1', fingerprint: plan.fingerprint, confirmed: false }
      const asked = await problemOf(readWork(panel.client.host.prepare(input)))
      expect(asked).toMatchObject({
        code: 'SUDO_PASSWORD_NEEDED',
        details: { host: 'web1', user: host.user },
      })
      const { value, ms } = await timed(
        problemOf(readWork(panel.client.host.prepare({ ...input, sudoPassword: 'certainly wrong' }))),
      )
      expect(value).toMatchObject({ code: 'SUDO_PASSWORD_WRONG' })
      expect(JSON.stringify(value)).not.toContain('certainly wrong')
      expect(ms).toBeLessThan(seconds)
      expect((await host.exec(['ls', '/usr/local/sbin'])).stdout).toBe('')

      const other = await start({ name: 'web2', sudo: 'none' })
      await addSandbox(panel, other)
      const refused = await problemOf(prepareSandbox(panel, other))
      expect(refused).toMatchObject({ code: 'SUDO_REFUSED', details: { user: other.user } })
      expect(refused.advice).toContain('sudo group')
    })

    it('a user outside the docker group, and no ipset', async () => {
      const host = await start({
        name: 'web1',
        inDockerGroup: false,
        hide: ['/usr/sbin/ipset', '/sbin/ipset'],
      })
      await addSandbox(panel, host)
      const { lines } = await panel.client.host.check({ name: 'web1' })
      const bySubject = Object.fromEntries(lines.map((line) => [line.subject, line]))
      expect(bySubject['Docker']).toMatchObject({
        verdict: 'bad',
        sentence: `${host.user} may not use Docker on web1.`,
        advice: expect.stringContaining(`sudo usermod -aG docker ${host.user}`),
      })
      expect(bySubject['ipset']).toMatchObject({ verdict: 'missing', sentence: 'ipset is not installed.' })
      expect(await problemOf(panel.client.host.planPrepare({ name: 'web1' }))).toMatchObject({
        code: 'DOCKER_DENIED',
        advice: expect.stringContaining(`sudo usermod -aG docker ${host.user}`),
      })
      expect((await host.exec(['ls', '/usr/local/sbin'])).stdout).toBe('')
    })
  })

  describe('on a host that was prepared', () => {
    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1' })
    })
    afterAll(() => host?.stop())

    it('memory that was promised already', async () => {
      await addSandbox(panel, host)
      const refused = await problemOf(
        readWork(panel.client.tenant.create({ name: 'huge', memoryMb: 1_000_000 })),
      )
      expect(refused).toMatchObject({
        code: 'MEMORY_OVERCOMMITTED',
        details: { host: 'web1', askedMb: 1_166_683 },
      })
      expect(await panel.client.tenant.list({})).toEqual([])
    })

    it('Docker stopped', async () => {
      await addSandbox(panel, host)
      await host.stopDocker()
      const { value, ms } = await timed(panel.client.host.check({ name: 'web1' }))
      const docker = value.lines.find((line) => line.subject === 'Docker')
      expect(docker).toMatchObject({
        verdict: 'bad',
        advice: expect.stringContaining('systemctl start docker'),
      })
      expect(ms).toBeLessThan(seconds)
      const create = await timed(
        problemOf(readWork(panel.client.tenant.create({ name: 'acme', host: 'web1' }))),
      )
      expect(create.value).toMatchObject({ code: 'DOCKER_UNREACHABLE' })
      expect(create.ms).toBeLessThan(seconds)
      expect(await panel.client.tenant.list({})).toEqual([])
      await host.startDocker()
    })

    it('a daemon that hangs ends a call in time', async () => {
      await addSandbox(panel, host)
      await host.pauseDocker()
      const { value, ms } = await timed(panel.client.host.check({ name: 'web1' }))
      expect(value.lines.find((line) => line.subject === 'Docker')).toMatchObject({ verdict: 'bad' })
      expect(ms).toBeLessThan(seconds)
      await host.resumeDocker()
    })

    it('a host that does not answer, from the start and later', async () => {
      await addSandbox(panel, host)
      await readWork(panel.client.tenant.create({ name: 'acme' }))
      await panel.close()
      await host.dropLink()
      const { dataDir } = panel
      panel = await openPanel(dataDir, { timeLimits: { callMs: 1_500, connectMs: 1_000, lookMs: 1_000 } })
      const check = await timed(problemOf(panel.client.host.check({ name: 'web1' })))
      expect(['HOST_UNREACHABLE', 'TIMED_OUT']).toContain(check.value.code)
      expect(check.ms).toBeLessThan(seconds)
      const list = await timed(panel.client.tenant.list({}))
      expect(list.value).toMatchObject([
        { name: 'acme', state: 'unknown', why: expect.stringContaining('web1') },
      ])
      expect(list.ms).toBeLessThan(seconds)
      const allow = await timed(
        problemOf(panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7' }] })),
      )
      expect(['HOST_UNREACHABLE', 'TIMED_OUT']).toContain(allow.value.code)
      expect(allow.ms).toBeLessThan(2 * seconds)
      const fresh = await timed(problemOf(add(host, { name: 'web2' })))
      expect(fresh.value).toMatchObject({ code: 'HOST_UNREACHABLE' })
      expect(fresh.ms).toBeLessThan(seconds)
      await panel.close()
      await host.restoreLink()
      panel = await openPanel(dataDir)
      expect((await panel.client.host.check({ name: 'web1' })).ready).toBe(true)
      expect(await panel.client.tenant.list({})).toMatchObject([{ name: 'acme', state: 'running' }])
    })

    it('sudo that is slow: each asker gets what was asked for, and the page is told why it shows nothing', async () => {
      await addSandbox(panel, host)
      await readWork(panel.client.tenant.create({ name: 'slow', memoryMb: 16 }))
      await panel.close()
      // As where no name server answers.
      const sudo = '/usr/local/bin/sudo'
      onTestFinished(async () => void (await host.exec(['rm', sudo])))
      const slow = '#!/bin/sh\nsleep 8\nexec /usr/bin/sudo "$@"\n'
      await writeHostFile(host.namespace, sudo, slow, { mode: '755' })
      const timeLimits = { callMs: 4_000, lookMs: 2_000, startMs: 30_000, slowStartMs: 500 }
      panel = await openPanel(panel.dataDir, { timeLimits })
      const { tenant } = panel.client
      let isOver = false
      const asked = Promise.all([
        tenant.list({}),
        tenant.allow({ name: 'slow', entries: [{ cidr: '203.0.113.7' }] }),
        tenant.annotate({ name: 'slow', notes: 'waited' }),
        panel.client.host.check({ name: 'web1' }),
      ]).finally(() => {
        isOver = true
      })
      asked.catch(() => {})
      const [helper] = await panel.client.host.helpers()
      expect(helper).toMatchObject({
        standing: 'unknown',
        why: expect.stringMatching(/^sudo on web1 took longer than 2\.0 s to start the helper\. .*!fqdn/),
      })
      const page = openPage(panel.client)
      try {
        await until('the page is loaded', () => page.isLoaded())
        const late = 'sudo on web1 took longer than 2.0 s to start the helper.'
        await until('its look has ended', () => page.find('slow')?.why === late)
        expect(page.notices).toEqual([
          expect.stringMatching(
            /^sudo on web1 has not started the helper within 0\.5 s\. .*`Defaults !fqdn`/,
          ),
        ])
        expect(isOver).toBe(false)
        const [listed, allowed, annotated, checked] = await asked
        expect(listed).toContainEqual(expect.objectContaining({ name: 'slow', state: 'running' }))
        expect(allowed.tenant.allow).toMatchObject([{ cidr: '203.0.113.7/32' }])
        expect(annotated.notes).toBe('waited')
        expect(checked).toMatchObject({ ready: true })
        await until('the page shows it', () => page.find('slow')?.state === 'running')
        expect(page.notices).toHaveLength(1)
      } finally {
        await page.close()
      }
    })

    it('forbidden stream-local forwarding is gone around and said', async () => {
      const forbidding = renderSshConfig({ allowTcpForwarding: true, allowStreamLocalForwarding: false })
      await writeHostFile(host.namespace, '/etc/ssh/sshd_config', forbidding)
      await host.stopSsh()
      await host.startSsh()
      await addSandbox(panel, host)
      await readWork(panel.client.tenant.create({ name: 'around' }))
      const { lines, ready } = await panel.client.host.check({ name: 'web1' })
      expect(lines.find(({ subject }) => subject === 'Forwarding')).toMatchObject({
        verdict: 'note',
        sentence: expect.stringContaining('docker system dial-stdio'),
      })
      expect(ready).toBe(true)
    })
  })
})
