import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, helperPath, saveRaw } from './helper-host.ts'
import { install, installFiles, prepare } from './prepare-host.ts'
import { configure, remove, reserve } from './requests.ts'

const reason = skipReason()
const sudoers = '/etc/sudoers.d/zz-memharbor'
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

  it('keeps the operators of other panels', async () => {
    await prepare(host, await install('deploy'))
    await ask(host, configure({ operator: 'ann' }))
    const { replies } = await prepare(host, await install('bob'))
    expect(replies).toMatchObject([{ ok: true, operators: ['ann', 'bob', 'deploy'] }])
    const { stdout } = await host.exec(['cat', sudoers])
    expect(stdout.split('\n').filter((line) => line.includes('NOPASSWD'))).toEqual(
      ['ann', 'bob', 'deploy'].map((name) => `${name} ALL=(root) NOPASSWD: ${helperPath} ""`),
    )
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
    ]
    const before = await listFiles(host)
    const { replies } = await prepare(host, ...requests, { v: 1, op: 'exec' }, { op: 'sysctl' })
    expect(replies.map(({ code }) => code)).toEqual([...requests.map(() => 'field'), 'op', 'version'])
    expect(await listFiles(host)).toBe(before)
  })

  it('refuses a folder that others can write to', async () => {
    await host.exec(['chmod', '777', '/usr/local/sbin'])
    const { replies } = await prepare(host, await install('deploy'))
    expect(replies).toMatchObject([{ ok: false, code: 'folder', details: { path: '/usr/local/sbin' } }])
  })

  it('leaves sudo as it was when visudo refuses', async () => {
    await host.exec(['sh', '-c', 'printf "#!/bin/sh\\necho wrong; exit 1\\n" > /usr/sbin/visudo'])
    const { replies } = await prepare(host, await install('deploy'))
    expect(replies).toMatchObject([{ ok: false, code: 'sudoers' }])
    expect((await host.exec(['ls', '-A', '/etc/sudoers.d'])).stdout).not.toContain('memharbor')
  })

  it('installs a package that is there already without starting anything', async () => {
    await host.exec(['rm', '-f', '/usr/sbin/policy-rc.d'])
    const { replies } = await prepare(host, { v: 1, op: 'packages', names: ['ipset'] })
    expect(replies).toEqual([{ ok: true }])
    expect((await host.exec(['ls', '/usr/sbin/policy-rc.d'])).status).not.toBe(0)
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
