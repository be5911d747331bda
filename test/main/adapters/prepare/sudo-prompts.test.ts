import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { observeRoot } from '../../../../src/main/adapters/prepare/observe-root.ts'
import { openRootSession } from '../../../../src/main/adapters/prepare/root-session.ts'
import { until } from '../../../hosts/condition.ts'
import { type HostNamespace, startHost } from '../../../hosts/host.ts'
import { writeHostFile } from '../../../hosts/host-files.ts'
import { skipReason } from '../../../hosts/platform.ts'
import { problemOf } from '../../panel.ts'
import { linkTo } from '../host-links.ts'

const reason = skipReason()
const name = `sudo that asks for a password${reason === null ? '' : ` (${reason})`}`
const site = '/etc/sudoers.d/site'
const service = '/etc/pam.d/sudo'

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  let link: Link
  let usual: string

  beforeAll(async () => {
    host = await startHost({ docker: false })
    link = linkTo(host)
    usual = (await host.exec(['cat', service])).stdout
  })
  afterEach(async () => {
    await host.exec(['rm', '-f', site, '/etc/sudoers.d/broken'])
    await host.exec(['chage', '-d', '2026-01-01', host.user])
    await writeHostFile(host.namespace, service, usual)
  })
  afterAll(async () => {
    await link?.close()
    await host?.stop()
  })

  const write = (text: string, path = site) => writeHostFile(host.namespace, path, text, { mode: '440' })
  const open = (password?: string) => openRootSession(link, host.user, { kind: 'sudo', password }, 10_000)
  const enter = async (): Promise<void> => (await open(host.sudoPassword)).close()
  const failWith = async (password: string | undefined) => await problemOf(open(password))
  const countSudo = async (): Promise<number> =>
    (await host.exec(['pgrep', '-cx', 'sudo'])).stdout.trim() === '0' ? 0 : 1

  it('gets it at its prompt, and not where it does not ask', async () => {
    await enter()
    expect(await failWith(undefined)).toMatchObject({
      code: 'SUDO_PASSWORD_NEEDED',
      details: { user: host.user },
    })
    await write(`${host.user} ALL=(ALL) NOPASSWD: ALL\n`)
    await enter()
    const session = await open(undefined)
    await session.request({ op: 'policy' }, 'Look', () => {})
    session.close()
  })

  it.each([
    ['its usual words', ''],
    ['insults', 'Defaults insults\n'],
    ['words of the site', 'Defaults badpass_message="Nope. That is a password that is required."\n'],
    ['a blank', 'Defaults badpass_message=" "\n'],
    ['a prompt of the site', 'Defaults passprompt="sudoers: ", passprompt_override\n'],
  ])('says that a password is wrong by asking again: %s', async (_, defaults) => {
    await write(defaults)
    expect(await failWith('certainly wrong')).toMatchObject({ code: 'SUDO_PASSWORD_WRONG' })
    await enter()
  })

  it('is not misread by a lecture that says what sudo says', async () => {
    const lecture =
      'Sorry, try again.\nsudo: a password is required; deploy is not in the sudoers file.\n[sudo] password for root: '
    await writeHostFile(host.namespace, '/etc/lecture', lecture)
    await write('Defaults lecture=always, lecture_file=/etc/lecture\n')
    await enter()
    expect(await failWith(undefined)).toMatchObject({ code: 'SUDO_PASSWORD_NEEDED' })
  })

  it('is not misread by a warning about another file', async () => {
    await write('this is no rule\n', '/etc/sudoers.d/broken')
    await enter()
    expect(await observeRoot(link, 10_000)).toEqual({ kind: 'asks' })
    await write(`${host.user} ALL=(ALL) NOPASSWD: ALL\n`)
    expect(await observeRoot(link, 10_000)).toEqual({ kind: 'root' })
  })

  it('refuses after the right password, and that is not a wrong one', async () => {
    await write(`${host.user} ALL=(ALL) /usr/bin/true\n`, '/etc/sudoers.d/zz-site')
    await host.exec(['mv', '/etc/sudoers.d/operators', '/root/operators'])
    const refused = await failWith(host.sudoPassword)
    await host.exec(['mv', '/root/operators', '/etc/sudoers.d/operators'])
    await host.exec(['rm', '/etc/sudoers.d/zz-site'])
    expect(refused).toMatchObject({
      code: 'SUDO_REFUSED',
      message: expect.stringContaining('after the password it answers "Sorry, user'),
    })
  })

  it('refuses without a terminal, and the setting is named', async () => {
    await write('Defaults requiretty\n')
    const refused = await failWith(host.sudoPassword)
    expect(refused).toMatchObject({
      code: 'SUDO_REFUSED',
      message: expect.stringContaining('must have a tty'),
    })
    expect(refused.advice).toContain(`Defaults:${host.user} !requiretty`)
    expect(await observeRoot(link, 10_000)).toMatchObject({ kind: 'refuses', hadPassword: false })
  })

  it('asks for more than the password', async () => {
    // It asks for a secret of its own, as a module for one-time codes does.
    const twice = ['auth required pam_unix.so', 'auth required pam_userdb.so db=/nonexistent']
    await writeHostFile(host.namespace, service, [...twice, 'account include common-account', ''].join('\n'))
    expect(await failWith(host.sudoPassword)).toMatchObject({
      code: 'SUDO_REFUSED',
      message: expect.stringContaining('something more than the password'),
    })
    expect(await failWith('certainly wrong')).toMatchObject({ code: 'SUDO_REFUSED' })
  })

  it('lets modules of PAM speak on standard output before the command', async () => {
    await write('')
    await writeHostFile(
      host.namespace,
      '/usr/local/bin/finger',
      '#!/bin/sh\necho "Swipe your finger"\nexit 1\n',
      {
        mode: '755',
      },
    )
    const finger = 'auth sufficient pam_exec.so stdout quiet /usr/local/bin/finger'
    const others = ['auth required pam_unix.so', 'account include common-account']
    await writeHostFile(host.namespace, service, [finger, ...others, ''].join('\n'))
    await enter()
    expect(await observeRoot(link, 10_000)).toEqual({ kind: 'asks' })
    expect(await failWith('certainly wrong')).toMatchObject({ code: 'SUDO_PASSWORD_WRONG' })
    const refuses = ['auth required pam_deny.so', '']
    await writeHostFile(host.namespace, service, [finger, ...refuses].join('\n'))
    expect(await failWith(host.sudoPassword)).toMatchObject({ code: 'SUDO_REFUSED' })
  })

  it('has expired, and is told so', async () => {
    await host.exec(['chage', '-d', '0', host.user])
    const expired = await failWith(host.sudoPassword)
    expect(expired).toMatchObject({ code: 'SUDO_REFUSED', message: expect.stringContaining('expired') })
    expect(expired.advice).toContain('passwd')
  })

  it('counts no failure where it is only asked whether it asks', async () => {
    const stack = [
      'auth required pam_faillock.so preauth silent deny=3',
      'auth [success=1 default=ignore] pam_unix.so',
      'auth [default=die] pam_faillock.so authfail deny=3',
      'auth sufficient pam_faillock.so authsucc',
      'account include common-account',
      '',
    ]
    await writeHostFile(host.namespace, service, stack.join('\n'))
    for (let round = 0; round < 4; round += 1)
      expect(await observeRoot(link, 10_000)).toEqual({ kind: 'asks' })
    await until('no sudo is left', async () => (await countSudo()) === 0)
    expect((await host.exec(['faillock', '--user', host.user])).stdout).not.toContain('sudo')
    await enter()
  })

  it('is waited for where the own name of the server does not resolve, and no longer than it may be', async () => {
    const [hosts, dns] = ['/etc/hosts', '/etc/resolv.conf']
    const drop = ['INPUT', '-i', 'lo', '-p', 'udp', '--dport', '53', '-j', 'DROP']
    await host.exec(['sh', '-c', `cp ${hosts} /root/hosts; cp ${dns} /root/resolv.conf`])
    await writeHostFile(host.namespace, hosts, '127.0.0.1 localhost\n')
    await writeHostFile(host.namespace, dns, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
    await host.exec(['iptables', '-I', ...drop])
    const since = performance.now()
    await enter()
    const tookMs = performance.now() - since
    const access = { kind: 'sudo', password: host.sudoPassword } as const
    const late = await problemOf(openRootSession(link, host.user, access, 500))
    await host.exec(['iptables', '-D', ...drop])
    await host.exec(['sh', '-c', `cp /root/hosts ${hosts}; cp /root/resolv.conf ${dns}`])
    expect(tookMs).toBeGreaterThan(900)
    expect(late).toMatchObject({ code: 'SUDO_SILENT', details: { afterMs: 500, user: host.user } })
  })
})
