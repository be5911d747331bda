import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../../../../src/domain/problem-error.ts'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { observeHostFacts } from '../../../../src/main/adapters/netfilter/host-facts.ts'
import { type HelperSession, openHelper } from '../../../../src/main/adapters/netfilter/session.ts'
import { type TimeLimits, usualTimeLimits } from '../../../../src/main/adapters/time-limits.ts'
import type { HostNamespace } from '../../../hosts/host.ts'
import { writeHostFile } from '../../../hosts/host-files.ts'
import { skipReason } from '../../../hosts/platform.ts'
import { helperPath, readResource, startHelperHost } from '../../../resources/host/helper-host.ts'
import { linkTo } from '../host-links.ts'

const reason = skipReason()
const sudoers = '/etc/sudoers.d/zz-memharbor'

const problemOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await work.then(
    () => new Error('it worked'),
    (thrown: unknown) => thrown,
  )
  return error instanceof ProblemError ? error.problem : error
}

const wanted = (id: string) => ({
  id,
  name: id,
  memoryMb: 64,
  maxConnections: 100,
  limitMb: 91,
  notes: '',
  tags: [],
  createdAt: '2026-11-20T08:00:00Z',
})

describe.skipIf(reason !== null)(`a session with the helper${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let link: Link
  let helper: HelperSession
  const helperProcesses = async (): Promise<string[]> => {
    const { stdout } = await host.exec(['pgrep', '-f', `^/usr/bin/python3 -IS ${helperPath}$`])
    return stdout.trim().split('\n').filter(Boolean)
  }
  const allowSudo = () =>
    writeHostFile(host.namespace, sudoers, `deploy ALL=(root) NOPASSWD: ${helperPath} ""\n`, { mode: '440' })

  beforeAll(async () => {
    host = await startHelperHost()
    await allowSudo()
    link = linkTo(host)
    helper = openHelper(link, host.name)
    const range = { from: 20_000, to: 29_999 }
    const rest = { supernet: '10.213.0.0/16', reservedMb: 512, operator: 'deploy' }
    await helper.request({ op: 'configure', operationId: 'configure-1', ifRevision: null, range, ...rest })
  })
  afterAll(async () => {
    await helper?.close()
    await link?.close()
    await host?.stop()
  })

  it('keeps one process for all requests, and answers each caller with their own', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `tenant${String(index).padStart(2, '0')}`)
    const replies = await Promise.all(
      ids.map((id) =>
        helper.request({ op: 'reserve', operationId: `reserve-${id}`, tenant: wanted(id), port: null }),
      ),
    )
    expect(replies.map(({ port }) => port)).toEqual(ids.map((_, index) => 20_000 + index))
    expect(await helperProcesses()).toHaveLength(1)
    const { state, kernel } = await helper.request({ op: 'observe' })
    expect(Object.keys(state?.tenants ?? {})).toEqual(ids)
    expect(kernel).toMatchObject({ backend: 'nft', drift: { missingCount: 0, surplusCount: 0 } })
  })

  it('starts again after its process ended', async () => {
    const [pid = ''] = await helperProcesses()
    await host.exec(['kill', '-KILL', pid])
    await expect
      .poll(() => problemOf(helper.request({ op: 'hello' })))
      .toMatchObject({ message: 'it worked' })
    const [second] = await helperProcesses()
    expect(second).not.toBe(pid)
  })

  it('says that it ended to those who wait, and forgets a helper that does not answer in time', async () => {
    const [pid = ''] = await helperProcesses()
    await host.exec(['kill', '-STOP', pid])
    const late = problemOf(helper.request({ op: 'hello' }, { timeoutMs: 300 }))
    const waiting = problemOf(helper.request({ op: 'observe' }))
    expect(await late).toMatchObject({
      code: 'TIMED_OUT',
      details: { action: 'introduce itself', afterMs: 300 },
    })
    expect(await helper.request({ op: 'hello' })).toMatchObject({ version: '1.3.0', protocol: 1 })
    await host.exec(['kill', '-KILL', pid])
    // sudo stops together with its command, and would not notice the end.
    await host.exec(['pkill', '-CONT', '-x', 'sudo'])
    expect(await waiting).toMatchObject({ code: 'HELPER_FAILED' })
  })

  it('lets others go on when one caller cancels', async () => {
    const [before] = await helperProcesses()
    const controller = new AbortController()
    const cancelled = problemOf(helper.request({ op: 'observe' }, { signal: controller.signal }))
    const other = helper.request({ op: 'hello' })
    controller.abort()
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' })
    expect(await other).toMatchObject({ version: '1.3.0' })
    expect(await helper.request({ op: 'observe' })).toHaveProperty('kernel')
    expect(await helperProcesses()).toEqual([before])
  })

  it('tells refusals as problems', async () => {
    const much = { ...wanted('large001'), limitMb: 2 ** 30 }
    const reserving = helper.request({
      op: 'reserve',
      operationId: 'reserve-large',
      tenant: much,
      port: null,
    })
    expect(await problemOf(reserving)).toMatchObject({ code: 'MEMORY_OVERCOMMITTED' })
    const tenant = { ...wanted('tenant00'), port: 20_000, network: 1, open: true, allow: [] }
    const changing = helper.request({ op: 'put', operationId: 'put-stale', ifRevision: 1, tenant })
    expect(await problemOf(changing)).toMatchObject({
      code: 'REVISION_STALE',
      details: { tenant: 'tenant00', expected: 1 },
    })
    expect(await problemOf(helper.request({ op: 'teardown' }))).toMatchObject({ code: 'HOST_HAS_TENANTS' })
  })

  it('says what is missing when it may not run, is not there, or is another one', async () => {
    const freshProblem = async (): Promise<unknown> => {
      const other = openHelper(link, host.name)
      const problem = await problemOf(other.request({ op: 'hello' }))
      await other.close()
      return problem
    }
    await host.exec(['rm', sudoers])
    expect(await freshProblem()).toMatchObject({ code: 'SUDO_REFUSED', details: { user: host.user } })
    await allowSudo()
    const moment = '/etc/sudoers.d/zzz-moment'
    await writeHostFile(host.namespace, moment, 'Defaults requiretty\n', { mode: '440' })
    expect(await freshProblem()).toMatchObject({
      code: 'SUDO_REFUSED',
      details: { user: host.user, reason: expect.stringContaining('must have a tty') },
    })
    await host.exec(['rm', moment])
    await host.exec(['mv', '/usr/bin/sudo', '/usr/bin/sudo.away'])
    expect(await freshProblem()).toMatchObject({
      code: 'SUDO_REFUSED',
      details: { reason: 'sudo is not installed there' },
    })
    await host.exec(['mv', '/usr/bin/sudo.away', '/usr/bin/sudo'])
    const text = await readResource('memharbor-host')
    await host.exec(['chmod', '644', helperPath])
    expect(await freshProblem()).toMatchObject({ code: 'HELPER_NOT_EXECUTABLE' })
    const broken = '#!/bin/sh\necho MemoryError >&2\nexit 1\n'
    await writeHostFile(host.namespace, helperPath, broken, { mode: '755' })
    expect(await freshProblem()).toMatchObject({ code: 'HELPER_FAILED', details: { reason: 'MemoryError' } })
    await writeHostFile(host.namespace, helperPath, text, { mode: '755' })
    await host.exec(['mv', helperPath, `${helperPath}.away`])
    expect(await freshProblem()).toMatchObject({ code: 'HOST_NOT_PREPARED' })
    await writeHostFile(host.namespace, helperPath, text.replace('PROTOCOL = 1', 'PROTOCOL = 2'), {
      mode: '755',
    })
    const newer = openHelper(link, host.name)
    expect(await newer.request({ op: 'hello' })).toMatchObject({ protocol: 1 })
    expect(await problemOf(newer.request({ op: 'observe' }))).toMatchObject({ code: 'HELPER_INCOMPATIBLE' })
    await newer.close()
    await writeHostFile(
      host.namespace,
      helperPath,
      '#!/bin/sh\nwhile read -r line; do echo "{hello}"; done\n',
      {
        mode: '755',
      },
    )
    expect(await freshProblem()).toMatchObject({ code: 'HELPER_FAILED' })
    await writeHostFile(host.namespace, helperPath, '#!/bin/sh\necho no memory >&2; exit 3\n', {
      mode: '755',
    })
    expect(await freshProblem()).toMatchObject({ code: 'HELPER_FAILED', details: { reason: 'no memory' } })
    await host.exec(['mv', `${helperPath}.away`, helperPath])
    expect(await helper.request({ op: 'hello' })).toMatchObject({ version: '1.3.0' })
  })

  it('goes on with a helper of a later protocol, for what takes access away', async () => {
    const text = await readResource('memharbor-host')
    const later = text.replace('PROTOCOL = 1', 'PROTOCOL = 2')
    expect(later).not.toBe(text)
    const id = 'laterone'
    const { port, network } = await helper.request<'reserve'>({
      ...{ op: 'reserve', operationId: 'later-reserve', tenant: wanted(id), port: null },
    })
    const [office, home] = [
      { cidr: '203.0.113.7/32', label: 'office' },
      { cidr: '198.51.100.0/24', label: '' },
    ]
    const put = async (by: HelperSession, operationId: string, open: boolean, allow: (typeof office)[]) => {
      const { tenants } = await by.request<'records'>({ op: 'records', tenantId: id })
      const ifRevision = tenants[id]?.revision ?? 0
      const tenant = { ...wanted(id), port, network, open, allow }
      return by.request<'put'>({ op: 'put', operationId, ifRevision, tenant })
    }
    /** The entries by which the kernel lets in to that port: `203.0.113.7,tcp:20000`. */
    const listEntries = async (): Promise<string[]> => {
      const { stdout } = await host.exec(['ipset', 'list', 'mh4'])
      return stdout
        .split('\n')
        .flatMap((line) => line.split(' ').filter((word) => word.endsWith(`,tcp:${port}`)))
    }
    await put(helper, 'later-open', true, [office, home])
    expect(await listEntries()).toHaveLength(2)
    await host.exec(['mv', helperPath, `${helperPath}.away`])
    await writeHostFile(host.namespace, helperPath, later, { mode: '755' })
    const other = openHelper(link, host.name)
    try {
      // It introduces itself in the protocol of the panel.
      expect(await other.request({ op: 'hello' })).toMatchObject({ protocol: 1 })
      await put(other, 'later-revoke', true, [home])
      expect(await listEntries()).toEqual([`198.51.100.0/24,tcp:${port}`])
      const incompatible = { code: 'HELPER_INCOMPATIBLE', details: { speaks: 'protocol 1' } }
      expect(await problemOf(put(other, 'later-allow', true, [office, home]))).toMatchObject(incompatible)
      await put(other, 'later-suspend', false, [home])
      expect(await listEntries()).toEqual([])
      expect(await problemOf(put(other, 'later-resume', true, [home]))).toMatchObject(incompatible)
      expect(await problemOf(other.request({ op: 'observe' }))).toMatchObject(incompatible)
      const { tenants } = await other.request<'records'>({ op: 'records', tenantId: id })
      expect(tenants[id]).toMatchObject({ open: false, allow: [home] })
      const removing = { op: 'remove', operationId: 'later-remove', ifRevision: null, tenantId: id } as const
      expect(await other.request(removing)).toMatchObject({ absent: false })
    } finally {
      await other.close()
      await host.exec(['mv', `${helperPath}.away`, helperPath])
    }
  })

  it('says that a helper is too old for what it does not know', async () => {
    const text = await readResource('memharbor-host')
    const older = text.replace(/^ +'denied': shape.*\n/m, '').replace(/^VERSION = .*$/m, "VERSION = '1.1.9'")
    expect(older).not.toContain("'denied': shape")
    await host.exec(['mv', helperPath, `${helperPath}.away`])
    await writeHostFile(host.namespace, helperPath, older, { mode: '755' })
    const other = openHelper(link, host.name)
    try {
      expect(await other.observeVersion()).toBe('1.1.9')
      expect(await problemOf(other.request({ op: 'denied' }))).toMatchObject({
        code: 'HELPER_INCOMPATIBLE',
        details: { found: 'too old to read the denied sources' },
      })
      expect(await other.request({ op: 'observe' })).toHaveProperty('kernel')
    } finally {
      await other.close()
      await host.exec(['mv', `${helperPath}.away`, helperPath])
    }
  })

  describe('with a login whose startup file prints', () => {
    const startupFile = '/home/deploy/.bashrc'
    const withStartup = async (script: string, limits: Partial<TimeLimits> = {}) => {
      await writeHostFile(host.namespace, startupFile, script, { mode: '644' })
      return openHelper(link, host.name, { ...usualTimeLimits, ...limits })
    }
    afterEach(() => host.exec(['rm', startupFile]))

    it('begins all the same, and looks at the host', async () => {
      const other = await withStartup('echo hello\nprintf "\\033]0;web1\\007"\n')
      expect(await other.request({ op: 'hello' })).toMatchObject({ version: '1.3.0' })
      expect(await other.request({ op: 'records', tenantId: null })).toHaveProperty('tenants')
      await other.close()
      await writeHostFile(host.namespace, startupFile, 'echo hello\n', { mode: '644' })
      expect(await observeHostFacts(link, host.name)).toMatchObject({ user: 'deploy' })
    })

    it('says what it printed where no answer comes', async () => {
      const details = { host: host.name, user: host.user, printed: 'hello' }
      const ending = await withStartup('echo hello\nexit 0\n')
      expect(await problemOf(ending.request({ op: 'hello' }))).toEqual({
        code: 'LOGIN_UNUSABLE',
        details: { ...details, kind: 'other' },
      })
      await ending.close()
      const waiting = await withStartup('echo hello\nexec sleep 20\n', { callMs: 3_000 })
      expect(await problemOf(waiting.request({ op: 'hello' }))).toEqual({
        code: 'LOGIN_UNUSABLE',
        details: { ...details, kind: 'waiting' },
      })
      await waiting.close()
    })
  })

  it('observes the host without any right', async () => {
    expect(await observeHostFacts(link, host.name)).toMatchObject({
      user: 'deploy',
      iptables: { version: expect.stringMatching(/^1\.8/), backend: 'nft' },
      ipset: true,
      systemd: false,
      bootId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      helper: { version: '1.3.0', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ephemeral: { from: 32_768, to: 60_999 },
      addresses4: [host.address4],
      addresses6: [host.address6],
      listeners: expect.arrayContaining([expect.objectContaining({ port: 22 })]),
    })
  })

  describe('where sudo is slow, as it is where no name server answers', () => {
    const slowSudo = '/usr/local/bin/sudo'
    const begun = '/tmp/begun'
    const open = (limits: Partial<TimeLimits>, options: Parameters<typeof openHelper>[3] = {}) =>
      openHelper(link, host.name, { ...usualTimeLimits, ...limits }, options)
    const countBegun = async (): Promise<number> => (await host.exec(['cat', begun])).stdout.length

    beforeEach(async () => {
      await writeHostFile(host.namespace, begun, '', { mode: '666' })
      const text = `#!/bin/sh\nprintf . >> ${begun}\nsleep 3\nexec /usr/bin/sudo "$@"\n`
      await writeHostFile(host.namespace, slowSudo, text, { mode: '755' })
    })
    afterEach(async () => {
      await host.exec(['rm', '-f', slowSudo, begun])
      // The one that all other tests ask.
      await expect.poll(helperProcesses, { timeout: 10_000 }).toHaveLength(1)
    })

    it('waits for it longer than for a call, and tells meanwhile that it is slow', async () => {
      let slow = 0
      const onSlowStart = () => {
        slow += 1
      }
      const other = open({ callMs: 1_000, startMs: 30_000, slowStartMs: 500 }, { onSlowStart })
      const asked = Promise.all([
        other.observeVersion(),
        other.request({ op: 'observe' }),
        other.request({ op: 'records', tenantId: null }),
      ])
      await expect.poll(() => slow).toBe(1)
      expect([other.isStarting(), await countBegun()]).toEqual([true, 1])
      expect(await asked).toMatchObject(['1.3.0', { unwritable: null }, { history: expect.any(String) }])
      expect([other.isStarting(), await countBegun(), slow]).toEqual([false, 1, 1])
      await other.close()
    })

    it('goes on with a start that was given up, and does not begin another beside it', async () => {
      const other = open({ callMs: 1_000, startMs: 30_000 })
      const soon = { timeoutMs: 1_000 }
      const inVain = { code: 'TIMED_OUT', details: { afterMs: 1_000 } }
      expect(await problemOf(other.request({ op: 'hello' }, soon))).toMatchObject(inVain)
      expect(await problemOf(other.request({ op: 'observe' }, soon))).toMatchObject(inVain)
      await expect
        .poll(() => problemOf(other.request({ op: 'hello' }, soon)), { timeout: 10_000 })
        .toMatchObject({ message: 'it worked' })
      expect(await countBegun()).toBe(1)
      await other.close()
    })

    it('waits longer for it to take access away', async () => {
      const limits = { callMs: 1_000, startMs: 1_000, urgentStartMs: 30_000 }
      const closer = open(limits, { isUrgent: true })
      expect(await closer.observeVersion()).toBe('1.3.0')
      await closer.close()
    })

    it('keeps the first start, whatever it tries beside it, where every one takes long', async () => {
      const limits = { callMs: 1_000, slowStartMs: 500, urgentStartMs: 30_000 }
      const closer = open(limits, { isUrgent: true })
      const sleeping = async () => (await host.exec(['pgrep', '-f', slowSudo])).stdout
      try {
        expect(await closer.observeVersion()).toBe('1.3.0')
        // The others have 0.5, 1 and 1.5 s: the first of them that had 3 s would be the sixth.
        expect(await countBegun()).toBeLessThanOrEqual(5)
        expect(await countBegun()).toBeGreaterThan(1)
        await expect.poll(sleeping, { timeout: 10_000 }).toBe('')
        expect(await helperProcesses()).toHaveLength(2)
      } finally {
        await closer.close()
      }
    })

    it('says that it is sudo, and leaves no helper of that start behind', async () => {
      const before = await helperProcesses()
      const other = open({ callMs: 1_000, startMs: 1_000 })
      expect(await problemOf(other.observeVersion())).toMatchObject({
        code: 'SUDO_SILENT',
        details: { host: host.name, afterMs: 1_000 },
      })
      const sleeping = async () => (await host.exec(['pgrep', '-f', slowSudo])).stdout
      await expect.poll(sleeping, { timeout: 10_000 }).toBe('')
      await expect.poll(helperProcesses, { timeout: 10_000 }).toEqual(before)
      await other.close()
    })
  })

  describe('where starts of it hang', () => {
    const pam = '/etc/pam.d/sudo'
    const hanging = 'account required pam_exec.so /usr/bin/sleep 600\nsession required pam_permit.so\n'
    const limits = { callMs: 1_000, startMs: 1_000, urgentStartMs: 1_000 }
    const open = (given: Partial<TimeLimits> = {}, isUrgent = false) =>
      openHelper(link, host.name, { ...usualTimeLimits, ...limits, ...given }, { isUrgent })
    const count = async (...pattern: string[]): Promise<number> =>
      Number((await host.exec(['pgrep', '-c', ...pattern])).stdout)
    /** Without the children that sudo forks, which bear its name for a moment. */
    const countStarts = async (): Promise<number> => {
      const { stdout } = await host.exec(['ps', '-eo', 'pid=,ppid=,comm='])
      const rows = stdout.split('\n').map((line) => line.trim().split(/ +/))
      const sudo = rows.filter(([, , name]) => name === 'sudo')
      return sudo.filter(([, parent]) => sudo.every(([pid]) => pid !== parent)).length
    }
    const silent = { code: 'SUDO_SILENT', details: { host: 'sandbox' } }

    it('a sudo that hangs is killed, so that the next ones have a place as soon as it is well', async () => {
      const before = await count('-x', 'sudo')
      const { stdout: usual } = await host.exec(['cat', pam])
      await writeHostFile(host.namespace, pam, hanging)
      const others = [open(), open(), open({}, true)]
      try {
        for (const other of [...others, ...others])
          expect(await problemOf(other.observeVersion())).toMatchObject(silent)
        await expect.poll(() => count('-x', 'sudo')).toBe(before)
      } finally {
        await writeHostFile(host.namespace, pam, usual)
      }
      for (const other of others) {
        expect(await other.observeVersion()).toBe('1.3.0')
        await other.close()
      }
      await expect.poll(() => count('-x', 'sudo'), { timeout: 10_000 }).toBe(before)
    })

    it('one that hangs holds up nobody who takes access away once sudo is well, as others are tried beside it', async () => {
      const [before, helpers] = [await countStarts(), await helperProcesses()]
      const { stdout: usual } = await host.exec(['cat', pam])
      const closer = open({ slowStartMs: 1_000, urgentStartMs: 20_000 }, true)
      let most = 0
      const countMore = async (): Promise<number> => {
        const more = (await countStarts()) - before
        most = Math.max(most, more)
        return more
      }
      await writeHostFile(host.namespace, pam, hanging)
      try {
        const asked = problemOf(closer.observeVersion())
        for (const more of [1, 2]) await expect.poll(countMore, { timeout: 5_000 }).toBe(more)
        const endsAt = performance.now() + 3_000
        // Those beside it have 1 and 2 s, and the third is begun.
        while (performance.now() < endsAt) await countMore()
        expect(most).toBe(2)
        await writeHostFile(host.namespace, pam, usual)
        const mendedAt = performance.now()
        expect(await closer.observeVersion()).toBe('1.3.0')
        expect(performance.now() - mendedAt).toBeLessThan(8_000)
        expect(await asked).toMatchObject({ message: 'it worked' })
        // The one that hung is given up now.
        await expect.poll(countStarts, { timeout: 10_000 }).toBe(before + 1)
        expect(await helperProcesses()).toHaveLength(helpers.length + 1)
      } finally {
        await writeHostFile(host.namespace, pam, usual)
        await closer.close()
      }
      await expect.poll(countStarts, { timeout: 10_000 }).toBe(before)
    })

    it('where they cannot be killed they hold their places, and leave a way to take access away', async () => {
      const config = '/etc/ssh/sshd_config'
      const { stdout: usual } = await host.exec(['cat', config])
      const configure = async (text: string): Promise<void> => {
        await writeHostFile(host.namespace, config, text)
        await host.stopSsh()
        await host.startSsh()
        // It has one of the two places for looks.
        await expect
          .poll(() => problemOf(helper.request({ op: 'hello' })))
          .toMatchObject({ message: 'it worked' })
      }
      // sshd passes no signals to what this starts.
      await configure(`${usual}ForceCommand exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n`)
      await host.exec(['mv', helperPath, `${helperPath}.away`])
      await writeHostFile(host.namespace, helperPath, '#!/bin/sh\nexec sleep 600\n', { mode: '755' })
      const connections = () => count('-f', '^sshd: deploy@notty')
      const hung = () => count('-fx', 'sleep 600')
      const [look, closer, other] = [open(), open({ urgentStartMs: 5_000 }, true), open({}, true)]
      const [before, waits] = [await connections(), async () => problemOf(look.observeVersion())]
      try {
        expect(await waits()).toMatchObject(silent)
        for (let tries = 0; tries < 3; tries += 1)
          expect(await problemOf(other.observeVersion())).toMatchObject(silent)
        await expect.poll(connections).toBe(before)
        expect(await hung()).toBe(4)
        await host.exec(['mv', `${helperPath}.away`, helperPath])
        expect(await waits()).toMatchObject(silent)
        expect(await closer.observeVersion()).toBe('1.3.0')
        expect(await connections()).toBe(before + 1)
        await closer.close()
        await expect.poll(connections).toBe(before)
      } finally {
        await host.exec(['mv', `${helperPath}.away`, helperPath])
        await host.exec(['pkill', '-KILL', '-fx', 'sleep 600'])
        for (const each of [look, closer, other]) await each.close()
      }
      await configure(usual)
    })
  })

  it('ends with its link, and says so afterwards', async () => {
    await helper.close()
    expect(await problemOf(helper.request({ op: 'hello' }))).toMatchObject({ code: 'HELPER_FAILED' })
    await expect.poll(helperProcesses).toEqual([])
  })
})
