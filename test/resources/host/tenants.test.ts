import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  ask,
  askOne,
  entries,
  freshenHelperHost,
  helperPath,
  type Reply,
  startHelperHost,
} from './helper-host.ts'
import { allow, configure, nextOperation, placed, put, remove, reserve, wanted } from './requests.ts'

const reason = skipReason()

/** Sets the clock of the helper's records back: the host's own clock is the machine's. */
const ageReleased = (host: HostNamespace, days: number) =>
  host.exec([
    ...['/usr/bin/python3', '-IS', '-c'],
    `import json, datetime
path = '/var/lib/memharbor/state.json'
state = json.load(open(path))
for entry in state['released']:
    at = datetime.datetime.strptime(entry['at'], '%Y-%m-%dT%H:%M:%SZ') - datetime.timedelta(days=${days})
    entry['at'] = at.strftime('%Y-%m-%dT%H:%M:%SZ')
json.dump(state, open(path, 'w'))`,
  ])

describe.skipIf(reason !== null)(`the helper's tenants${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
  })
  beforeEach(() => freshenHelperHost(host))
  afterAll(() => host?.stop())

  it('refuses changes before it is configured, and ranges that cannot be closed', async () => {
    expect(await askOne(host, reserve())).toMatchObject({ ok: false, code: 'unconfigured' })
    const refusals = await ask(
      host,
      configure({ range: { from: 29_999, to: 20_000 } }),
      configure({ range: { from: 1000, to: 2000 } }),
      configure({ range: { from: 30_000, to: 40_000 } }),
      configure({ ifRevision: 7 }),
    )
    expect(refusals.map(({ code }) => code)).toEqual(['range', 'range', 'range', 'stale'])
    const [first, again, second] = await ask(host, configure(), configure(), configure({ operator: 'ann' }))
    expect([first?.['revision'], again?.['revision'], second?.['revision']]).toEqual([1, 1, 2])
    const hello = await askOne(host, { v: 1, op: 'hello', operator: 'ann' })
    expect(hello).toMatchObject({
      configured: true,
      state: 'ok',
      operatorKnown: true,
      supernet: '10.213.0.0/16',
    })
    await ask(host, reserve())
    const late = await ask(
      host,
      configure({ range: { from: 21_000, to: 22_000 } }),
      configure({ supernet: '10.214.0.0/16' }),
    )
    expect(late.map(({ code }) => code)).toEqual(['range', 'supernet'])
  })

  it('forgets an operator, also one whom earlier helpers took, and goes on from that state', async () => {
    await ask(host, configure(), configure({ operator: 'ann' }))
    const state = '/var/lib/memharbor/state.json'
    await host.exec(['sed', '-i', 's/"ann"/"ALL", "ann"/', state])
    const dismiss = (operator: string) => ({
      ...{ v: 1, op: 'dismiss', operationId: nextOperation(), operator },
    })
    const all = dismiss('ALL')
    const replies = await ask(host, all, all, dismiss('ann'), dismiss('bob'), reserve())
    expect(replies).toMatchObject([
      { ok: true, absent: false, revision: 3 },
      { ok: true, absent: false, revision: 3, replayed: true },
      { ok: true, absent: false, revision: 4 },
      { ok: true, absent: true, revision: 4 },
      { ok: true, revision: 5 },
    ])
    const seen = await askOne(host, { v: 1, op: 'observe' })
    expect(seen).toMatchObject({ state: { operators: ['deploy'], revision: 5 }, rules: [] })
  })

  it('says whom sudo lets run it, by uid and as earlier panels wrote it', async () => {
    const rule = 'ALL=(root) NOPASSWD: /usr/local/sbin/memharbor-host ""'
    const text = `# Memharbor\n# ann\n#1001 ${rule}\nbob ${rule}\ncarl ALL=(ALL) ALL\n`
    await writeHostFile(host.namespace, '/etc/sudoers.d/zz-memharbor', text, { mode: '440' })
    const rules = [
      { name: 'ann', uid: 1001 },
      { name: 'bob', uid: null },
    ]
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ rules })
  })

  it('writes exactly the entries of the allowlist, for both families and for everybody', async () => {
    await ask(host, configure(), reserve())
    const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })
    await ask(host, put(2, list('203.0.113.7/32', '203.0.113.0/25', '2001:db8::1/128', '2001:db8::/32')))
    expect(await entries(host, 'mh4')).toEqual(['203.0.113.0/25,tcp:20000', '203.0.113.7,tcp:20000'])
    expect(await entries(host, 'mh6')).toEqual(['2001:db8::/32,tcp:20000', '2001:db8::1,tcp:20000'])
    await ask(host, put(3, list('203.0.113.0/25', '0.0.0.0/0', '::/0')))
    expect(await entries(host, 'mh4')).toEqual(
      ['0.0.0.0/1,tcp:20000', '128.0.0.0/1,tcp:20000', '203.0.113.0/25,tcp:20000'].sort(),
    )
    expect(await entries(host, 'mh6')).toEqual(['8000::/1,tcp:20000', '::/1,tcp:20000'].sort())
    await ask(host, put(4, { ...list('203.0.113.0/25'), open: false }))
    expect([await entries(host, 'mh4'), await entries(host, 'mh6'), await entries(host, 'mhp')]).toEqual([
      [],
      [],
      [],
    ])
    const seen = (await askOne(host, { v: 1, op: 'observe' })) as { state?: { tenants: object } }
    const { tenants } = await askOne(host, { v: 1, op: 'records', tenantId: 'acme0001' })
    expect(tenants).toEqual(seen.state?.tenants)
    expect(seen.state?.tenants).toMatchObject({
      acme0001: { open: false, revision: 5, allow: allow('203.0.113.0/25') },
    })
  })

  it('takes the addresses of zeros, which the sets of denied sources cannot hold', async () => {
    const zeros = placed('acme0001', { allow: allow('0.0.0.0/32', '::/128') })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, zeros))
    expect(replies.at(-1)).toMatchObject({ ok: true, entries: 3 })
  })

  it('gives the first reply again, and refuses another request under the same id', async () => {
    await ask(host, configure())
    const request = reserve()
    const first = await askOne(host, request)
    expect(await askOne(host, request)).toEqual({ ...first, replayed: true })
    const other = { ...request, tenant: wanted('other001') }
    expect(await askOne(host, other)).toMatchObject({ ok: false, code: 'operation' })
    const change = put(2, placed('acme0001', { allow: allow('203.0.113.7/32') }))
    const changed = await askOne(host, change)
    expect(changed).toMatchObject({ ok: true, revision: 3 })
    expect(await askOne(host, change)).toEqual({ ...changed, replayed: true })
  })

  it('gives a tenant that is there its place again, and refuses another one under its id', async () => {
    await ask(host, configure())
    const first = await askOne(host, reserve())
    expect(await askOne(host, reserve())).toEqual({ ...first, existed: true })
    const other = reserve('acme0001', { tenant: wanted('acme0001', { memoryMb: 128 }) })
    expect(await askOne(host, other)).toMatchObject({ code: 'exists' })
  })

  it('refuses a change that is based on what is no longer so, and shows what is', async () => {
    await ask(host, configure(), reserve(), put(2, placed('acme0001', { notes: 'mine' })))
    expect(await askOne(host, put(2, placed('acme0001', { notes: 'yours' })))).toMatchObject({
      code: 'stale',
      details: { expected: 2, found: 3, tenant: { id: 'acme0001', notes: 'mine', revision: 3 } },
    })
    expect(await askOne(host, remove('acme0001', { ifRevision: 2 }))).toMatchObject({ code: 'stale' })
    expect(await askOne(host, put(1, placed('nobody01')))).toMatchObject({ code: 'absent' })
    const moved = placed('acme0001', { port: 20_001 })
    expect(await askOne(host, put(3, moved))).toMatchObject({
      ok: true,
    })
    const state = JSON.parse((await host.exec(['cat', '/var/lib/memharbor/state.json'])).stdout)
    expect(state.released).toMatchObject([{ port: 20_000, tenantId: 'acme0001' }])
  })

  it('lets the port rest that a tenant moves away from, unless the move is undone', async () => {
    await ask(host, configure({ range: { from: 20_000, to: 20_002 } }), reserve())
    const at = (port: number) => placed('acme0001', { port })
    await ask(host, put(2, at(20_001)))
    const back = put(3, at(20_000), { port: 'free' })
    expect(await askOne(host, back)).toMatchObject({ ok: true, revision: 4 })
    expect(await askOne(host, back)).toMatchObject({ ok: true, revision: 4, replayed: true })
    expect(await askOne(host, reserve('other001'))).toMatchObject({ ok: true, port: 20_001 })
    await ask(host, put(4, at(20_002)))
    expect(await askOne(host, reserve('third001'))).toMatchObject({
      code: 'ports',
      details: { quarantined: 1 },
    })
  })

  it('gives two helpers at once different ports', async () => {
    await ask(host, configure())
    const ids = Array.from({ length: 20 }, (_, index) => `tenant${String(index).padStart(2, '0')}`)
    const half = (odd: number) => ids.filter((_, index) => index % 2 === odd).map((id) => reserve(id))
    const replies = (await Promise.all([ask(host, ...half(0)), ask(host, ...half(1))])).flat()
    const ports = replies.map((reply) => reply['port'])
    expect(new Set(ports)).toEqual(new Set(ids.map((_, index) => 20_000 + index)))
  })

  it('lets a port rest for 30 days, unless it was never in use', async () => {
    await ask(
      host,
      configure({ range: { from: 20_000, to: 20_001 } }),
      reserve('first001'),
      reserve('second01'),
    )
    expect(await askOne(host, reserve('third001'))).toMatchObject({
      code: 'ports',
      details: { from: 20_000, to: 20_001, quarantined: 0 },
    })
    const removed = await askOne(host, remove('first001'))
    expect(removed).toMatchObject({ ok: true, absent: false })
    const { state } = await askOne(host, { v: 1, op: 'observe' })
    const release = { port: 20_000, tenantId: 'first001', at: removed['releasedAt'] }
    expect(state).toMatchObject({ released: [release] })
    expect(await askOne(host, remove('first001'))).toMatchObject({ ok: true, absent: true })
    expect(await askOne(host, reserve('third001'))).toMatchObject({
      code: 'ports',
      details: { quarantined: 1 },
    })
    expect(await askOne(host, reserve('third001', { port: 20_000 }))).toMatchObject({ code: 'port' })
    expect(await askOne(host, reserve('third001', { port: 20_001 }))).toMatchObject({ code: 'port' })
    await ageReleased(host, 29)
    expect(await askOne(host, reserve('third001'))).toMatchObject({ code: 'ports' })
    await ageReleased(host, 2)
    expect(await askOne(host, reserve('third001'))).toMatchObject({ ok: true, port: 20_000 })
    expect(await askOne(host, remove('third001', { port: 'free' }))).toMatchObject({ releasedAt: null })
    expect(await askOne(host, reserve('fourth01'))).toMatchObject({ ok: true, port: 20_000 })
    await ask(host, remove('fourth01'))
    expect(await askOne(host, reserve('fourth01', { port: 20_000 }))).toMatchObject({
      ok: true,
      port: 20_000,
    })
  })

  it('passes over ports on which something listens', async () => {
    await ask(host, configure())
    const listener = await host.spawn(['/usr/bin/python3', '-IS', '-uc', listen(20_000)])
    await listener.waitFor('listening')
    expect(await askOne(host, reserve())).toMatchObject({ port: 20_001 })
    expect(await askOne(host, reserve('other001', { port: 20_000 }))).toMatchObject({ code: 'port' })
    await listener.kill()
  })

  it('promises no more memory than there is', async () => {
    const { memTotalMb } = (await askOne(host, { v: 1, op: 'hello' })) as unknown as { memTotalMb: number }
    await ask(host, configure({ reservedMb: memTotalMb - 200 }), reserve('first001'))
    expect(
      await askOne(host, reserve('second01', { tenant: wanted('second01', { limitMb: 110 }) })),
    ).toMatchObject({
      code: 'memory',
      details: { askedMb: 110, freeMb: 109 },
    })
    const grown = (limitMb: number) => placed('first001', { limitMb })
    expect(await askOne(host, put(2, grown(201)))).toMatchObject({ code: 'memory' })
    expect(await askOne(host, put(2, grown(200)))).toMatchObject({ ok: true })
    expect(await askOne(host, put(3, grown(50)))).toMatchObject({ ok: true })
  })

  it('fills a network with 500 tenants before the next', async () => {
    await ask(host, configure({ reservedMb: 0 }))
    const one = (index: number): object => {
      const id = `tenant${String(index).padStart(4, '0')}`
      return reserve(id, { tenant: wanted(id, { limitMb: 1 }) })
    }
    const replies = await ask(host, ...Array.from({ length: 501 }, (_, index) => one(index)))
    expect(replies.at(499)).toMatchObject({ network: 1, subnet: '10.213.0.0/22' })
    expect(replies.at(500)).toMatchObject({ network: 2, subnet: '10.213.4.0/22' })
  })

  it('leaves nothing of a tenant, and is only taken away when it has none', async () => {
    const tenant = placed('acme0001', { allow: allow('203.0.113.7/32', '2001:db8::/32') })
    await ask(host, configure(), reserve(), put(2, tenant))
    await host.exec(['ipset', 'add', 'mhd4', '203.0.113.9,tcp:20000'])
    await host.exec(['ipset', 'add', 'mhd6', '2001:db9::9,tcp:20000'])
    await host.exec(['ipset', 'add', 'mhd4', '203.0.113.9,tcp:20001'])
    const [denied, teardown] = await ask(
      host,
      { v: 1, op: 'denied', tenantId: 'acme0001' },
      { v: 1, op: 'teardown' },
    )
    expect(denied).toMatchObject({
      total: 2,
      sources: [{ address: '2001:db9::9' }, { address: '203.0.113.9' }],
    })
    expect(teardown).toMatchObject({ code: 'tenants', details: { tenants: ['acme0001'] } })
    await ask(host, remove('acme0001'))
    for (const set of ['mh4', 'mh6', 'mhp', 'mhd6']) expect(await entries(host, set), set).toEqual([])
    expect(await entries(host, 'mhd4')).toEqual(['203.0.113.9,tcp:20001'])
    expect(await askOne(host, { v: 1, op: 'teardown' })).toEqual({ ok: true })
  })

  it('forgets denied sources that are allowed now', async () => {
    await ask(host, configure(), reserve(), put(2, placed()))
    for (const address of ['203.0.113.9', '203.0.113.10', '198.51.100.1']) {
      await host.exec(['ipset', 'add', 'mhd4', `${address},tcp:20000`])
    }
    await ask(host, put(3, placed('acme0001', { allow: allow('203.0.113.9/32') })))
    expect(await entries(host, 'mhd4')).toEqual(['198.51.100.1,tcp:20000', '203.0.113.10,tcp:20000'])
    await ask(host, put(4, placed('acme0001', { allow: allow('203.0.113.0/24') })))
    expect(await entries(host, 'mhd4')).toEqual(['198.51.100.1,tcp:20000'])
  })

  it('keeps beside the record what memcached starts with, in a file that is never half', async () => {
    const folder = '/var/lib/memharbor-start/acme0001'
    const read = async () => (await host.exec(['cat', `${folder}/memcached`])).stdout
    const hello = async () => (await askOne(host, { v: 1, op: 'hello' }))['startFiles']
    const restored = async () => (await askOne(host, { v: 1, op: 'restore' }))['changed']
    await ask(host, configure(), reserve())
    expect(await read()).toBe('#!memcached -m64\n')
    const { stdout: modes } = await host.exec(['stat', '-c', '%a %U', folder, `${folder}/memcached`])
    expect(modes).toBe('755 root\n755 root\n')
    expect([await hello(), await restored()]).toEqual([true, []])

    // A container that runs sees another file under the same name only where its folder is the same.
    const inode = (path: string) => host.exec(['stat', '-c', '%i', path]).then(({ stdout }) => stdout)
    const [before, file] = [await inode(folder), await inode(`${folder}/memcached`)]
    await ask(host, put(2, placed('acme0001', { memoryMb: 128 })))
    expect(await read()).toBe('#!memcached -m128\n')
    expect(await inode(folder)).toBe(before)
    expect(await inode(`${folder}/memcached`)).not.toBe(file)

    // A round puts right whatever somebody else has done to it.
    const own = `${folder}/memcached`
    for (const harm of [
      ...[`rm -r ${folder}`, `echo x > ${own}`, `chmod 600 ${own}`, `chown nobody ${own}`],
      ...[`chmod 777 ${folder}`, `rm ${own}; mkfifo ${own}`, `ln -sf /etc/hostname ${own}`],
    ]) {
      await host.exec(['sh', '-c', harm])
      expect([harm, await restored()]).toEqual([harm, ['start files']])
      expect(await read()).toBe('#!memcached -m128\n')
    }
    // A tenant whose record was lost may run on.
    await host.exec(['mkdir', '/var/lib/memharbor-start/lost0001'])
    await ask(host, remove('acme0001'))
    expect((await host.exec(['ls', '/var/lib/memharbor-start'])).stdout).toBe('lost0001\n')
  })

  it('keeps it as the record says, also in rounds beside resizes', async () => {
    await ask(host, configure(), reserve())
    const read = async () => (await host.exec(['cat', '/var/lib/memharbor-start/acme0001/memcached'])).stdout
    for (let memoryMb = 65; memoryMb <= 80; memoryMb += 1) {
      // Each finds a wrong file, and takes the lock for it before or after the record is another one.
      await host.exec(['rm', '/var/lib/memharbor-start/acme0001/memcached'])
      const rounds = [1, 2].map(() => askOne(host, { v: 1, op: 'restore' }))
      await ask(host, put(memoryMb - 63, placed('acme0001', { memoryMb })))
      for (const { problems } of await Promise.all(rounds)) expect(problems).toEqual([])
      expect(await read()).toBe(`#!memcached -m${memoryMb}\n`)
    }
  })

  it('follows nothing that others than root have put there', async () => {
    const folder = '/var/lib/memharbor-start'
    await ask(host, configure(), reserve())
    const look = `ls /etc/planted; stat -c '%a %F' /etc/planted ${folder}/acme0001`
    await host.exec(['sh', '-c', 'mkdir -m 700 /etc/planted; echo kept > /etc/planted/kept'])
    await host.exec(['sh', '-c', `rm -r ${folder}/acme0001; ln -s /etc/planted ${folder}/acme0001`])
    const planted = (await host.exec(['sh', '-c', look])).stdout
    await askOne(host, { v: 1, op: 'restore' })
    await ask(host, put(2, placed('acme0001', { allow: allow('203.0.113.7/32') })))
    expect((await host.exec(['sh', '-c', look])).stdout).toBe(planted)
    // Where others can write, nothing is made until somebody has looked, who is told of the folder.
    await host.exec(['sh', '-c', `rm ${folder}/acme0001; chmod 777 ${folder}`])
    await askOne(host, { v: 1, op: 'restore' })
    expect((await host.exec(['stat', '-c', '%a', folder])).stdout).toBe('777\n')
    expect((await askOne(host, { v: 1, op: 'observe' }))['openPaths']).toEqual([folder])
    await host.exec(['chmod', '711', folder])
    await askOne(host, { v: 1, op: 'restore' })
    expect((await host.exec(['cat', `${folder}/acme0001/memcached`])).stdout).toBe('#!memcached -m64\n')
    await host.exec(['rm', '-r', '/etc/planted'])
  })

  it('says that containers cannot start from such files where their disk lets no program run', async () => {
    const hello = async () => (await askOne(host, { v: 1, op: 'hello' }))['startFiles']
    await ask(host, configure(), reserve())
    await host.exec(['mount', '-t', 'tmpfs', '-o', 'noexec', 'none', '/var/lib/memharbor-start'])
    try {
      await askOne(host, { v: 1, op: 'restore' })
      expect(await hello()).toBe(false)
    } finally {
      await host.exec(['umount', '/var/lib/memharbor-start'])
    }
    expect(await hello()).toBe(true)
    await host.exec(['rm', '-r', '/var/lib/memharbor-start'])
    expect(await hello()).toBe(false)
  })

  it('goes on after a bad line and stops reading after one that is too long', async () => {
    const hello = '{"v":1,"op":"hello"}\n'
    const input = `what\n\n${hello}${'x'.repeat(1 << 20)}\n${hello}`
    const { stdout, status } = await host.exec([helperPath], { input })
    const replies = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Reply)
    expect(status).toBe(0)
    expect(replies.map(({ ok, code }) => code ?? ok)).toEqual(['json', 'json', true, 'line'])
  })

  it('takes no arguments and runs as root only', async () => {
    expect(await host.exec([helperPath, '--help'])).toMatchObject({ status: 2 })
    expect(await host.exec([helperPath], { user: 'deploy' })).toMatchObject({ status: 2 })
  })

  it('keeps what it remembers from other users', async () => {
    await ask(host, configure({ operationId: nextOperation() }))
    const { stdout } = await host.exec([
      'stat',
      '-c',
      '%a %U %n',
      '/var/lib/memharbor',
      '/var/lib/memharbor/state.json',
    ])
    expect(stdout).toBe('700 root /var/lib/memharbor\n600 root /var/lib/memharbor/state.json\n')
  })
})

function listen(port: number): string {
  return `import socket, time
server = socket.create_server(('127.0.0.1', ${port}))
print('listening')
time.sleep(60)`
}
