import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, helperPath, readResource, saveRaw } from './helper-host.ts'
import { install, installFiles, prepare } from './prepare-host.ts'
import { configure, remove, reserve } from './requests.ts'

const reason = skipReason()
const sudoers = '/etc/sudoers.d/zz-memharbor'
const policy = '/usr/sbin/policy-rc.d'
const paths = ['/usr/local/sbin', '/etc', '/var/lib/memharbor', '/usr/sbin/policy-rc.d']

/** Every file that is there with its owner, mode and content, as a text that can be compared. */
const listFiles = async (host: HostNamespace): Promise<string> => {
  const script = 'find "$@" -xdev -type f -printf "%p %u %m " -exec sha256sum {} \\; 2>/dev/null | sort'
  return (await host.exec(['sh', '-c', script, 'list', ...paths])).stdout
}

describe.skipIf(reason !== null)(`preparing a host${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeEach(async () => {
    host = await startHost({ docker: false, sudo: 'none' })
  })
  afterEach(() => host.stop())

  it('installs the helper for its operators, and takes all of it back', async () => {
    const before = await listFiles(host)
    const { replies, progress } = await prepare(host, await install('deploy'), { v: 1, op: 'sysctl' })
    expect(replies).toMatchObject([{ ok: true, operators: ['deploy'], systemd: false }, { ok: true }])
    expect(progress).toContain(`Writing ${helperPath}`)
    const { stdout } = await host.exec(['stat', '-c', '%a %U:%G', helperPath, sudoers])
    expect(stdout).toBe('755 root:root\n440 root:root\n')
    const argv = ['sudo', '-n', helperPath]
    const hello = await host.exec(argv, { user: 'deploy', input: '{"v":1,"op":"hello"}\n' })
    expect(hello).toMatchObject({ status: 0, stderr: '' })
    expect((await host.exec([...argv, '--help'], { user: 'deploy' })).status).not.toBe(0)
    await ask(host, configure(), reserve())
    const undo = { v: 1, op: 'uninstall' }
    expect((await prepare(host, undo)).replies).toMatchObject([{ ok: false, code: 'tenants' }])
    await ask(host, remove('acme0001'))
    expect((await prepare(host, undo)).replies).toEqual([{ ok: true }])
    expect(await listFiles(host)).toBe(before)
    expect(await saveRaw(host, 4)).not.toContain('MEMHARBOR')
    expect((await prepare(host, undo)).replies).toEqual([{ ok: true }])
  })

  it('reserves ports beside those of others, moves with them, and lets go of its own alone', async () => {
    const path = '/proc/sys/net/ipv4/ip_local_reserved_ports'
    const read = async () => (await host.exec(['cat', path])).stdout.trim()
    const keep = (from: number, to: number) => prepare(host, { v: 1, op: 'reserve', from, to })
    const kept = async () => {
      const { stdout } = await host.exec(['sed', '-n', 's/^net.* = //p', file])
      return stdout.trim()
    }
    const file = '/etc/sysctl.d/60-memharbor-ports.conf'
    await host.exec(['sh', '-c', `echo 8080,20005-20006 > ${path}`])
    expect((await keep(20_000, 20_009)).replies).toEqual([{ ok: true }])
    expect([await read(), await kept()]).toEqual(Array(2).fill('8080,20000-20009'))
    // Somebody adds one meanwhile.
    await host.exec(['sh', '-c', `echo 8080,9090,20000-20009 > ${path}`])
    await keep(20_000, 20_009)
    await keep(30_000, 30_001)
    expect([await read(), await kept()]).toEqual(Array(2).fill('8080,9090,20005-20006,30000-30001'))
    await prepare(host, { v: 1, op: 'uninstall' })
    expect(await read()).toBe('8080,9090,20005-20006')
    expect((await host.exec(['ls', file])).status).not.toBe(0)
    await host.exec(['sh', '-c', `echo > ${path}`])
    await keep(20_000, 20_009)
    await prepare(host, { v: 1, op: 'uninstall' })
    expect(await read()).toBe('')
  })

  /** Logins with the uids that they get. */
  const addUsers = async (users: Record<string, number>) => {
    for (const [name, uid] of Object.entries(users)) await host.exec(['useradd', '--uid', String(uid), name])
  }
  const uidOf = async (name: string) => (await host.exec(['id', '-u', name])).stdout.trim()
  const rule = `ALL=(root) NOPASSWD: EXEC: ${helperPath} ""`
  /** As a panel before helper 1.3.0 wrote it, and a sudo that does not know the tag gets it. */
  const olderRule = `ALL=(root) NOPASSWD: ${helperPath} ""`
  const hello = '{"v":1,"op":"hello"}\n'
  const runHelper = (user: string) => host.exec(['sudo', '-n', helperPath], { user, input: hello })

  it('keeps the operators of other panels, each by its uid', async () => {
    await addUsers({ ann: 4001, bob: 4002 })
    await prepare(host, await install('deploy'))
    await ask(host, configure({ operator: 'ann' }))
    const { replies } = await prepare(host, await install('bob'))
    expect(replies).toMatchObject([{ ok: true, operators: ['ann', 'bob', 'deploy'] }])
    const { stdout } = await host.exec(['cat', sudoers])
    const rules = [
      ...['# ann', `#4001 ${rule}`, '# bob', `#4002 ${rule}`],
      ...['# deploy', `#${await uidOf('deploy')} ${rule}`],
    ]
    expect(stdout.trim().split('\n').slice(1)).toEqual(rules)
    for (const name of ['ann', 'bob', 'deploy']) expect(await runHelper(name)).toMatchObject({ status: 0 })
  })

  it('never makes a rule that is for everybody, and takes away what an earlier one made', async () => {
    await addUsers({ ALL: 4001, WEB_2: 4002, mallory: 4003 })
    for (const name of ['ALL', 'WEB_2']) {
      const { replies } = await prepare(host, await install(name))
      expect(replies).toMatchObject([{ ok: false, code: 'field', details: { field: 'operator' } }])
    }
    // A name that nobody has is the one that would be kept as it is.
    await host.exec(['userdel', 'ALL'])
    await prepare(host, await install('deploy'))
    await writeHostFile(host.namespace, sudoers, `ALL ${rule}\ndeploy ${rule}\n`, { mode: '440' })
    await ask(host, configure())
    await host.exec(['sed', '-i', 's/"deploy"/"ALL", "deploy"/', '/var/lib/memharbor/state.json'])
    expect(await runHelper('mallory')).toMatchObject({ status: 0 })
    await prepare(host, await install('deploy'))
    expect((await runHelper('mallory')).status).not.toBe(0)
    expect(await runHelper('deploy')).toMatchObject({ status: 0 })
  })

  it('is none for the next account that gets the uid of an operator who left, nor by the old uid', async () => {
    await addUsers({ ann: 4001 })
    await prepare(host, await install('deploy'), await install('ann'))
    await ask(host, configure(), configure({ operator: 'ann' }))
    expect(await runHelper('ann')).toMatchObject({ status: 0 })
    await host.exec(['sh', '-c', 'userdel ann; useradd --uid 4001 bob'])
    const refused = await runHelper('bob')
    expect(refused.status).toBe(1)
    expect(JSON.parse(refused.stdout)).toEqual({
      ...{ ok: false, code: 'operator', details: { user: 'bob', uid: 4001, owner: 'ann' } },
      message: 'bob may not run this helper: the rule for uid 4001 is that of ann.',
    })
    // Nor does the filter heed an empty session of theirs; root, who has no rule, is not asked for one.
    const empty = await host.exec(['sudo', '-n', helperPath], { user: 'bob', input: '' })
    expect(empty).toMatchObject({ status: 1, stderr: expect.stringContaining('that of ann') })
    const env = ['env', 'SUDO_UID=0', 'SUDO_USER=root', helperPath]
    expect((await host.exec(env, { input: hello })).stdout).toContain('"ok":true')
    // Preparing as bob gives bob a rule, and takes away the one that is nobody's any more.
    await prepare(host, await install('bob'))
    const { stdout } = await host.exec(['cat', sudoers])
    expect(stdout).not.toContain('# ann')
    expect(stdout).toContain(`# bob\n#4001 ${rule}`)
    expect(await runHelper('bob')).toMatchObject({ status: 0 })
    await addUsers({ ann: 4009 })
    await prepare(host, await install('deploy'))
    expect((await host.exec(['cat', sudoers])).stdout).toContain(`# ann\n#4009 ${rule}`)
  })

  it('takes the right away from those whom it is asked for, and from nobody else', async () => {
    await addUsers({ ann: 4001, bob: 4002, carl: 4003 })
    await prepare(host, await install('deploy'), await install('ann'), await install('bob'))
    await ask(host, configure(), configure({ operator: 'ann' }), configure({ operator: 'bob' }))
    // An earlier panel wrote the names alone, and of carl the account is gone.
    await host.exec(['sh', '-c', `echo 'carl ${olderRule}' >> ${sudoers}; userdel carl; userdel bob`])
    const [, dismissed] = (
      await prepare(host, await install('deploy'), { v: 1, op: 'dismiss', operators: ['ann'] })
    ).replies
    expect(dismissed).toMatchObject({ ok: true, operators: ['bob', 'carl', 'deploy'] })
    expect((await runHelper('ann')).status).not.toBe(0)
    const rules = ['# bob', `#4002 ${rule}`, `carl ${rule}`, '# deploy', `#${await uidOf('deploy')} ${rule}`]
    expect((await host.exec(['cat', sudoers])).stdout.trim().split('\n').slice(1)).toEqual(rules)
    const gone = { v: 1, op: 'dismiss', operators: ['bob', 'carl', 'nobody-of-these'] }
    expect((await prepare(host, gone)).replies).toMatchObject([{ ok: true, operators: ['deploy'] }])
    await prepare(host, await install('deploy'))
    expect((await host.exec(['cat', sudoers])).stdout.match(/NOPASSWD/g)).toHaveLength(1)
  })

  it('leaves out the tag that a sudo does not know', async () => {
    await host.exec(['sh', '-ec', 'mv /usr/sbin/visudo /usr/sbin/visudo.real'])
    const visudo = '#!/bin/sh\n! grep -q "EXEC: /" "$2" && exec visudo.real "$@"\n'
    await writeHostFile(host.namespace, '/usr/sbin/visudo', visudo, { mode: '755' })
    expect((await prepare(host, await install('deploy'))).replies).toMatchObject([{ ok: true }])
    expect((await host.exec(['cat', sudoers])).stdout).toContain(`#${await uidOf('deploy')} ${olderRule}`)
    expect(await runHelper('deploy')).toMatchObject({ status: 0 })
  })

  it('refuses an operator without an account', async () => {
    const { replies } = await prepare(host, await install('ghost'))
    expect(replies).toMatchObject([{ ok: false, code: 'operator' }])
    expect((await host.exec(['ls', sudoers])).status).not.toBe(0)
  })

  it('never replaces a newer helper, whatever the panel thinks', async () => {
    const [helper] = await installFiles()
    const newer = helper?.content.replace("VERSION = '1.3.0'", "VERSION = '1.10.0'") ?? ''
    await writeHostFile(host.namespace, helperPath, newer, { mode: '755' })
    const { replies } = await prepare(host, await install('deploy'))
    expect(replies).toMatchObject([{ ok: false, code: 'newer', details: { found: '1.10.0' } }])
    expect((await host.exec(['cat', helperPath])).stdout).toBe(newer)
  })

  it('refuses files, operators and packages that are not its own', async () => {
    const file = { path: '/etc/shadow', mode: 0o644, content: 'x' }
    const [helper] = await installFiles()
    const requests = [
      await install('deploy', { files: [file] }),
      await install('deploy', { files: [{ ...helper, path: `${helperPath}/../x` }] }),
      await install('deploy', { files: [{ ...helper, mode: 0o4755 }] }),
      await install('deploy', { files: [{ ...helper, content: 'def (' }] }),
      await install('deploy\nALL ALL=(ALL) NOPASSWD: ALL'),
      await install('%sudo'),
      await install('deploy', { version: '1' }),
      { v: 1, op: 'packages', names: ['nmap'] },
      { v: 1, op: 'packages', names: ['-o=APT::x'] },
      { v: 1, op: 'image', tag: '../x' },
      { v: 1, op: 'sysctl', key: 'kernel.x' },
      { v: 1, op: 'reserve', from: 1023, to: 2000 },
      { v: 1, op: 'reserve', from: 2000, to: 65_536 },
      { v: 1, op: 'reserve', from: 2000, to: '3000' },
      { v: 1, op: 'reserve', from: 2000 },
    ]
    const before = await listFiles(host)
    const { replies } = await prepare(host, ...requests, { v: 1, op: 'exec' }, { op: 'sysctl' })
    expect(replies.map(({ code }) => code)).toEqual([...requests.map(() => 'field'), 'op', 'version'])
    expect(await listFiles(host)).toBe(before)
  })

  it.each([
    ['others', 'chmod 777 /usr/local/sbin'],
    ['a group', 'chgrp 100 /usr/local/sbin && chmod 2775 /usr/local/sbin'],
  ])('refuses a folder that %s can write to, and not one that Debian gives to staff', async (_, spoil) => {
    await host.exec(['sh', '-ec', spoil])
    const refused = await prepare(host, await install('deploy'))
    expect(refused.replies).toMatchObject([
      { ok: false, code: 'folder', details: { path: '/usr/local/sbin' } },
    ])
    await host.exec(['sh', '-ec', 'chgrp 50 /usr/local/sbin && chmod 2775 /usr/local/sbin'])
    const { replies } = await prepare(host, await install('deploy'))
    expect(replies).toMatchObject([{ ok: true }])
  })

  it('leaves sudo as it was when visudo refuses', async () => {
    await host.exec(['sh', '-c', 'printf "#!/bin/sh\\necho wrong; exit 1\\n" > /usr/sbin/visudo'])
    const { replies } = await prepare(host, await install('deploy'))
    expect(replies).toMatchObject([{ ok: false, code: 'sudoers' }])
    expect((await host.exec(['ls', '-A', '/etc/sudoers.d'])).stdout).not.toContain('memharbor')
  })

  it('installs a package that is there already without starting anything', async () => {
    await host.exec(['rm', '-f', policy])
    const { replies } = await prepare(host, { v: 1, op: 'packages', names: ['ipset'] })
    expect(replies).toEqual([{ ok: true }])
    expect((await host.exec(['ls', policy])).status).not.toBe(0)
  })

  /** Leaves the traces of a preparing that is killed while apt runs. */
  const leavePolicy = async () => {
    await host.exec(['rm', '-f', policy])
    const apt = await host.exec(['sh', '-c', 'mv /usr/bin/apt-get /usr/bin/apt-get.real'])
    expect(apt.status).toBe(0)
    const killer = '#!/bin/sh\nkill -KILL $PPID\n'
    await writeHostFile(host.namespace, '/usr/bin/apt-get', killer, { mode: '755' })
    expect((await prepare(host, { v: 1, op: 'packages', names: ['ipset'] })).replies).toEqual([])
    await host.exec(['mv', '/usr/bin/apt-get.real', '/usr/bin/apt-get'])
    expect((await host.exec(['cat', policy])).stdout).toContain('Memharbor')
  }
  const isThere = async () => (await host.exec(['ls', policy])).status === 0
  const observe = async () => {
    const input = await readResource('observe.py')
    const { stdout } = await host.exec(['/usr/bin/python3', '-IS', '-'], { input, user: 'deploy' })
    return JSON.parse(stdout) as { leftovers: { policy: boolean } }
  }

  it('takes over a policy-rc.d of its own that was left, and removes it at the end and when undone', async () => {
    for (const request of [
      { v: 1, op: 'packages', names: ['ipset'] },
      { v: 1, op: 'policy' },
      { v: 1, op: 'uninstall' },
    ]) {
      await leavePolicy()
      expect(await observe()).toMatchObject({ leftovers: { policy: true } })
      expect((await prepare(host, request)).replies).toEqual([{ ok: true }])
      expect(await isThere()).toBe(false)
      expect(await observe()).toMatchObject({ leftovers: { policy: false } })
    }
  })

  it('waits for another preparing that installs packages, whose policy-rc.d stays until its end', async () => {
    await host.exec(['rm', '-f', policy])
    await host.exec(['mv', '/usr/bin/apt-get', '/usr/bin/apt-get.real'])
    const later = '[ -e /tmp/apt-runs ] && touch /tmp/apt-again && exec /usr/bin/apt-get.real "$@"\n'
    const first = 'touch /tmp/apt-runs\nwhile [ ! -e /tmp/apt-may-end ]; do sleep 0.05; done\n'
    await writeHostFile(host.namespace, '/usr/bin/apt-get', `#!/bin/sh\n${later}${first}`, { mode: '755' })
    const packages = { v: 1, op: 'packages', names: ['ipset'] }
    const running = prepare(host, packages)
    const isFile = async (path: string) => (await host.exec(['ls', path])).status === 0
    await until('apt runs', () => isFile('/tmp/apt-runs'))
    const waiting = prepare(host, packages, { v: 1, op: 'policy' })
    // Both have the file open that is the lock; the second looks again and again whether it is free.
    const holders =
      'ls -l /proc/[0-9]*/fd/* 2>/dev/null | sed -n "s|.* /proc/\\([0-9]*\\)/fd/.* -> /run/memharbor-prepare$|\\1|p"'
    const switches = `for pid in $(${holders}); do sed -n "s/^voluntary_ctxt_switches:.//p" /proc/$pid/status; done`
    const look = async () => (await host.exec(['sh', '-c', switches])).stdout.trim().split('\n').map(Number)
    await until('the second has come to the lock', async () => (await look()).length === 2)
    const before = await look()
    const most = (counts: readonly number[], than: readonly number[]) =>
      Math.max(...counts.map((count, index) => count - (than[index] ?? count)))
    await until('the second has looked twice more', async () => most(await look(), before) >= 2)
    expect({ again: await isFile('/tmp/apt-again'), kept: await isFile(policy) }).toEqual({
      ...{ again: false, kept: true },
    })
    await host.exec(['touch', '/tmp/apt-may-end'])
    expect((await running).replies).toEqual([{ ok: true }])
    expect((await waiting).replies).toEqual([{ ok: true }, { ok: true }])
    expect(await isThere()).toBe(false)
    expect(await isFile('/run/memharbor-prepare')).toBe(false)
  })

  it('waits for no lock that others than root can hold', async () => {
    // Ends when it is asked to, or too late.
    const holder = [
      'import fcntl, os, time',
      'for path in ("/usr/sbin", "/usr", "/run"): fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX)',
      'open("/tmp/held", "w").close()',
      'until = time.monotonic() + 20',
      'while not os.path.exists("/tmp/may-end") and time.monotonic() < until: time.sleep(0.05)',
      'print("asked" if time.monotonic() < until else "late")',
    ].join('\n')
    const argv = ['setpriv', '--reuid', 'nobody', '--clear-groups', 'python3', '-c', holder]
    const holding = host.exec(argv, { timeoutMs: 60_000 })
    await until('somebody holds them', async () => (await host.exec(['ls', '/tmp/held'])).status === 0)
    expect((await prepare(host, { v: 1, op: 'policy' })).replies).toEqual([{ ok: true }])
    await host.exec(['touch', '/tmp/may-end'])
    expect(await holding).toMatchObject({ status: 0, stdout: 'asked\n' })
  })

  it("leaves another's policy-rc.d as it is", async () => {
    const foreign = '#!/bin/sh\n# Temporary, by somebody: only Docker may start.\nexit 101\n'
    await writeHostFile(host.namespace, policy, foreign, { mode: '755' })
    const requests = [
      { v: 1, op: 'packages', names: ['ipset'] },
      { v: 1, op: 'policy' },
      { v: 1, op: 'uninstall' },
    ]
    expect((await prepare(host, ...requests)).replies).toEqual(requests.map(() => ({ ok: true })))
    expect((await host.exec(['cat', policy])).stdout).toBe(foreign)
    expect(await observe()).toMatchObject({ leftovers: { policy: false } })
  })
})

describe.skipIf(reason !== null)(`the image${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHost()
  })
  afterAll(() => host?.stop())

  it("is made from the host's own memcached, and the same files make the same layer", async () => {
    const request = { v: 1, op: 'image', tag: 'memharbor/memcached:current' }
    const { replies } = await prepare(host, request, request)
    expect(replies).toMatchObject([
      { ok: true, image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
      { ok: true },
    ])
    const inspect = await host.exec(['docker', 'image', 'inspect', request.tag])
    const [image] = JSON.parse(inspect.stdout) as {
      Config: { User: string; Entrypoint: string[]; Labels: object }
    }[]
    expect(image?.Config).toMatchObject({
      User: '11211',
      Entrypoint: ['memcached'],
      Labels: { 'io.memharbor.image': '1', 'io.memharbor.memcached': replies[0]?.['version'] },
    })
    const run = ['docker', 'run', '--rm', '--read-only', '--cap-drop', 'ALL', request.tag, '-V']
    expect((await host.exec(run)).stdout).toBe(`memcached ${String(replies[0]?.['version'])}\n`)
  })

  it('says what is wrong when Docker is not there', async () => {
    await host.stopDocker()
    const { replies } = await prepare(host, { v: 1, op: 'image', tag: 'memharbor/memcached:current' })
    expect(replies).toMatchObject([{ ok: false, code: 'docker' }])
    await host.startDocker()
  })
})
