import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { readResource } from './helper-host.ts'

const reason = skipReason()
const loader =
  'import sys,json;sys.stdout.write("ready\\n");sys.stdout.flush();' +
  'exec(compile(json.loads(sys.stdin.readline()),"memharbor","exec"))'

describe.skipIf(reason !== null)(`looking up operators${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let usual: string

  beforeAll(async () => {
    host = await startHost()
    await host.exec(['useradd', '--uid', '4001', '--groups', 'docker', 'ann'])
    await host.exec(['useradd', '--uid', '4002', 'bob'])
    usual = (await host.exec(['cat', '/etc/nsswitch.conf'])).stdout
  })
  afterAll(() => host?.stop())

  const lookUp = async (...names: (string | number)[]) => {
    const input = `${JSON.stringify(await readResource('accounts.py'))}\n${JSON.stringify(names)}\n`
    const argv = ['/usr/bin/python3', '-IS', '-c', loader]
    const { status, stdout } = await host.exec(argv, { input, user: host.user })
    expect(status).toBe(0)
    return (JSON.parse(stdout.split('\n')[1] ?? '') as { accounts: object[] }).accounts
  }
  const sources = (passwd: string, group: string) =>
    writeHostFile(host.namespace, '/etc/nsswitch.conf', `passwd: ${passwd}\ngroup: ${group}\n`)

  const ann = { name: 'ann', account: 'present', uid: 4001, docker: true }
  const bob = { name: 'bob', account: 'present', uid: 4002, docker: false }
  const ghost = { name: 'ghost', account: 'absent', uid: null, docker: null }

  it('tells who has no account and who may not use Docker', async () => {
    expect(await lookUp('ann', 'bob', 'ghost', 'root')).toEqual([
      ...[ann, bob, ghost],
      { name: 'root', account: 'present', uid: 0, docker: true },
    ])
  })

  it('tells who has a uid now, each account once', async () => {
    expect(await lookUp('ann', 4001, 4002, 4003, 2 ** 40)).toEqual([ann, bob])
  })

  it.each([
    ['files', 'absent', false],
    ['files systemd', 'absent', false],
    ['files sss', 'unclear', null],
    ['files systemd ldap', 'unclear', null],
    ['files [NOTFOUND=continue] winbind', 'unclear', null],
  ] as const)(
    'concludes from a name that is not found only where all accounts are in files: "%s"',
    async (each, account, docker) => {
      await sources(each, each)
      expect(await lookUp('ann', 'bob', 'ghost')).toEqual([ann, { ...bob, docker }, { ...ghost, account }])
      await writeHostFile(host.namespace, '/etc/nsswitch.conf', usual)
    },
  )

  it('concludes nothing where it is not said where accounts come from', async () => {
    await host.exec(['rm', '/etc/nsswitch.conf'])
    expect(await lookUp('ghost')).toEqual([{ ...ghost, account: 'unclear' }])
    await writeHostFile(host.namespace, '/etc/nsswitch.conf', usual)
  })

  it('concludes nothing about Docker where its socket is not opened by its group alone', async () => {
    await host.exec(['chgrp', 'root', '/var/run/docker.sock'])
    expect(await lookUp('bob')).toEqual([{ ...bob, docker: null }])
    await host.exec(['chgrp', 'docker', '/var/run/docker.sock'])
    await host.exec(['chmod', '666', '/var/run/docker.sock'])
    expect(await lookUp('bob')).toEqual([{ ...bob, docker: null }])
    await host.stopDocker()
    await host.exec(['rm', '-f', '/var/run/docker.sock'])
    expect(await lookUp('ann', 'bob')).toEqual([
      { ...ann, docker: null },
      { ...bob, docker: null },
    ])
  })
})
