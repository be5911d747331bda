import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { readDocumentedFilter } from '../../docs/firewall-document.ts'
import type { HostNamespace, HostOptions } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, askOne, entries, helperPath, restore, saveRaw, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const hosts: HostNamespace[] = []
const fresh = async (options?: HostOptions): Promise<HostNamespace> => {
  const host = await startHelperHost(options)
  hosts.push(host)
  return host
}
const golden = (name: string) => `../../golden/filter/${name}.txt`
/** docs/firewall.md has the rules of a host with tenants: the chains are the same without any. */
const documented = (family: 4 | 6) =>
  readDocumentedFilter(family === 4 ? 'iptables-save -t raw' : 'ip6tables-save -t raw')
const stateFile = '/var/lib/memharbor/state.json'

/** A host with one tenant that two networks may reach. */
const withTenant = async (options?: HostOptions): Promise<HostNamespace> => {
  const host = await fresh(options)
  const tenant = placed('acme0001', { allow: allow('203.0.113.0/24', '2001:db8::/32') })
  const replies = await ask(host, configure(), reserve(), put(2, tenant))
  expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  return host
}

describe.skipIf(reason !== null)(`the filter of a host${reason === null ? '' : ` (${reason})`}`, () => {
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop()
  })

  it('closes the usual range on a host that was never configured', async () => {
    const host = await fresh()
    expect(await restore(host)).toMatchObject({ status: 0, stdout: '' })
    expect(await saveRaw(host, 4)).toBe(documented(4))
    expect(await saveRaw(host, 6)).toBe(documented(6))
  })

  it('closes the range without ipset and says what is missing', async () => {
    const host = await fresh({ hide: ['/usr/sbin/ipset', '/sbin/ipset', '/usr/bin/ipset'] })
    const { status, stderr } = await restore(host)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('ipset is not installed'),
    })
    await expect(await saveRaw(host, 4)).toMatchFileSnapshot(golden('base-4'))
    await expect(await saveRaw(host, 6)).toMatchFileSnapshot(golden('base-6'))
  })

  it('fails when the range cannot be closed', async () => {
    const host = await fresh({ hide: ['/usr/sbin/ip6tables-restore'] })
    const { status, stderr } = await restore(host)
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('ip6tables-restore') })
    expect(await saveRaw(host, 4)).toContain('-A MEMHARBOR -j DROP')
  })

  it.each([
    ['half a file', (text: string) => text.slice(0, text.length / 2)],
    ['no JSON', () => 'hello'],
    ['an empty file', () => ''],
    ['a rule as a network', (text: string) => text.replace('203.0.113.0/24', '0.0.0.0/0 -j ACCEPT')],
    ['a newer schema', (text: string) => text.replace('"schema":3', '"schema":4'), 'newer'],
    ['a tenant without fields', (text: string) => text.replace('"tenants":{', '"tenants":{"other001":{},')],
  ])('stays closed with a damaged state: %s', async (_, damage, condition = 'damaged') => {
    const host = await fresh()
    const range = { from: 21_000, to: 21_999 }
    const tenant = placed('acme0001', { port: 21_000, allow: allow('203.0.113.0/24') })
    await ask(host, configure({ range }), reserve(), put(2, tenant))
    const { stdout } = await host.exec(['cat', stateFile])
    await writeHostFile(host.namespace, stateFile, damage(stdout), { mode: '600' })
    for (const argv of [
      ['iptables', '-t', 'raw', '-F'],
      ['iptables', '-t', 'raw', '-X'],
      ['ipset', 'destroy'],
    ]) {
      await host.exec(argv)
    }
    const { status, stderr } = await restore(host)
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('state.json') })
    expect(await saveRaw(host, 4)).toContain('--dport 21000:21999 -j MEMHARBOR')
    expect(await entries(host, 'mh4')).toEqual([])
    const [hello, change, seen] = await ask(host, { v: 1, op: 'hello' }, reserve('other001'), {
      v: 1,
      op: 'observe',
    })
    expect(seen).toMatchObject({
      ok: true,
      state: null,
      kernel: { base: [{ closed: true }, { closed: true }] },
    })
    expect(hello).toMatchObject({ ok: true, configured: false, state: condition, range })
    expect(change).toMatchObject({ ok: false, code: 'state' })
    const closing = await askOne(host, close('acme0001', null))
    expect(closing).toMatchObject({ ok: false, code: 'state', details: { condition, closed: 'repair' } })
    const damaged = await host.exec(['cat', stateFile])
    const renewed = await askOne(host, configure({ range, renew: true }))
    const kept = await host.exec(['sh', '-c', 'cat /var/lib/memharbor/state.json.damaged-*'])
    if (condition === 'newer') {
      expect(renewed).toMatchObject({ ok: false, code: 'state' })
      expect(kept.status).not.toBe(0)
    } else {
      expect(renewed).toMatchObject({ ok: true, revision: 1 })
      expect(kept.stdout).toBe(damaged.stdout)
    }
  })

  it('changes nothing on a healthy host', async () => {
    const host = await withTenant()
    const look = async (): Promise<string> =>
      (await host.exec(['sh', '-c', 'nft -a list ruleset; ipset list'])).stdout
    const before = await look()
    expect(before).toContain('MEMHARBOR')
    expect(await askOne(host, { v: 1, op: 'restore' })).toEqual({
      ...{ ok: true, changed: [], removed: [], problems: [] },
    })
    expect(await look()).toBe(before)
  })

  it('puts back a flushed table, lost sets, strange entries, a strange first rule and a hole in the chain', async () => {
    const host = await withTenant()
    const complete = { 4: await saveRaw(host, 4), 6: await saveRaw(host, 6) }
    const harms: readonly (readonly string[])[] = [
      ['nft', 'flush', 'ruleset'],
      ['ipset', 'flush', 'mh4'],
      ['ipset', 'add', 'mh6', '2001:db8:ffff::/48,tcp:20000'],
      ['ipset', 'add', 'mhp', '20007'],
      ['ipset', 'add', 'mh4', '198.51.100.9,udp:20000'],
      ['ipset', 'add', 'mh4', '198.51.100.9,icmp:echo-request'],
      ['ipset', 'add', 'mh4', '203.0.113.128/25,tcp:20000', 'nomatch'],
      ['iptables', '-t', 'raw', '-I', 'MEMHARBOR', '1', '-j', 'RETURN'],
      ['iptables', '-t', 'raw', '-D', 'MEMHARBOR', '-j', 'DROP'],
      ['ip6tables', '-t', 'raw', '-F', 'PREROUTING'],
      ['sh', '-c', 'nft flush ruleset && ipset destroy'],
      ['sh', '-c', 'nft flush ruleset && ipset destroy && ipset create mh4 hash:ip'],
      ['sh', '-c', 'nft flush ruleset && ipset destroy mhd4 && ipset create mhd4 hash:ip,port'],
      ['sh', '-c', 'ipset create mh4-new hash:ip && ipset flush mh4'],
    ]
    for (const harm of harms) {
      expect(await host.exec(harm), harm.join(' ')).toMatchObject({ status: 0 })
      expect(await restore(host), harm.join(' ')).toMatchObject({ status: 0 })
      expect({ 4: await saveRaw(host, 4), 6: await saveRaw(host, 6) }, harm.join(' ')).toEqual(complete)
      expect(await entries(host, 'mh4')).toEqual(['203.0.113.0/24,tcp:20000'])
      expect(await entries(host, 'mh6')).toEqual(['2001:db8::/32,tcp:20000'])
      expect(await entries(host, 'mhp')).toEqual(['20000'])
      expect(await askOne(host, { v: 1, op: 'restore' })).toMatchObject({ changed: [], problems: [] })
    }
  })

  it('replaces the rules of helper 1.1.0, which looked at every packet whether it is local', async () => {
    const host = await withTenant()
    const complete = { 4: await saveRaw(host, 4), 6: await saveRaw(host, 6) }
    for (const family of [4, 6] as const) {
      const former = complete[family]
        .replace('29999 -j', '29999 -m addrtype --dst-type LOCAL -j')
        .replace(/(-A MEMHARBOR -m set .* RETURN\n)(-A MEMHARBOR -i lo -j RETURN\n).*\n/, '$2$1')
      expect(former.split('\n')).toHaveLength(complete[family].split('\n').length - 1)
      const restoreTable = family === 4 ? 'iptables-restore' : 'ip6tables-restore'
      expect(await host.exec([restoreTable], { input: former })).toMatchObject({ status: 0 })
    }
    expect(await askOne(host, { v: 1, op: 'restore' })).toMatchObject({ ok: true, problems: [] })
    expect({ 4: await saveRaw(host, 4), 6: await saveRaw(host, 6) }).toEqual(complete)
  })

  it('comes first again when somebody else inserts a rule', async () => {
    const host = await withTenant()
    await host.exec(['iptables', '-t', 'raw', '-I', 'PREROUTING', '1', '-j', 'ACCEPT'])
    const seen = (await askOne(host, { v: 1, op: 'observe' })) as { kernel?: { base: object[] } }
    expect(seen.kernel?.base[0]).toMatchObject({ family: 4, present: true, first: false, closed: false })
    await restore(host)
    const rules = (await saveRaw(host, 4)).split('\n').filter((rule) => rule.startsWith('-A PREROUTING'))
    expect(rules.map((rule) => rule.split(' ').at(-1))).toEqual([
      'MEMHARBOR',
      'MEMHARBOR-DIRECT',
      'MEMHARBOR-OUT',
      'ACCEPT',
    ])
  })

  it('says what differs', async () => {
    const host = await withTenant()
    await host.exec(['ipset', 'flush', 'mh4'])
    await host.exec(['ipset', 'add', 'mh6', '::1.2.3.0/120,tcp:20000'])
    await host.exec(['ipset', 'add', 'mh4', '198.51.100.9,udp:20001'])
    const seen = (await askOne(host, { v: 1, op: 'observe' })) as { kernel?: { drift: object } }
    expect(seen.kernel?.drift).toEqual({
      missing: [{ cidr: '203.0.113.0/24', port: 20_000 }],
      surplus: [
        { cidr: null, port: 20_001 },
        { cidr: '::102:300/120', port: 20_000 },
      ],
      missingCount: 1,
      surplusCount: 2,
    })
  })

  it('repairs before it changes, so that no tenant opens on a host that lost its filter', async () => {
    const host = await withTenant()
    const complete = await saveRaw(host, 4)
    await host.exec(['sh', '-c', 'nft flush ruleset && ipset destroy'])
    const more = placed('acme0001', { allow: allow('203.0.113.0/24', '198.51.100.7/32') })
    expect(await askOne(host, put(3, more))).toMatchObject({ ok: true })
    expect(await saveRaw(host, 4)).toBe(complete)
    expect(await entries(host, 'mh4')).toEqual(['198.51.100.7,tcp:20000', '203.0.113.0/24,tcp:20000'])
  })

  it('takes a change back when the kernel refuses it', async () => {
    const host = await withTenant()
    const before = (await host.exec(['cat', stateFile])).stdout
    await host.exec(['sh', '-c', 'mv /usr/sbin/ipset /usr/sbin/ipset.away'])
    const more = placed('acme0001', { allow: allow('198.51.100.7/32') })
    expect(await askOne(host, put(3, more))).toMatchObject({ ok: false, code: 'kernel' })
    await host.exec(['sh', '-c', 'mv /usr/sbin/ipset.away /usr/sbin/ipset'])
    expect((await host.exec(['cat', stateFile])).stdout).toBe(before)
    expect(await entries(host, 'mh4')).toEqual(['203.0.113.0/24,tcp:20000'])
  })

  it('refuses to open anything while the other backend holds rules, and still takes away', async () => {
    const host = await withTenant()
    const added = await host.exec(['iptables-legacy', '-A', 'INPUT', '-p', 'tcp', '-j', 'ACCEPT'])
    if (added.status !== 0) return // a kernel without legacy tables cannot have this trouble
    const more = placed('acme0001', { allow: allow('203.0.113.0/24', '198.51.100.7/32') })
    expect(await askOne(host, put(3, more))).toMatchObject({
      ok: false,
      code: 'backends',
      details: { used: 'nft', other: 'legacy', rules: 1 },
    })
    expect(await askOne(host, put(3, placed('acme0001', { allow: [] })))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual([])
  })

  it('writes the same rules through the older backend, where iptables is that', async () => {
    const host = await fresh()
    if ((await host.exec(['iptables-legacy-save', '-t', 'raw'])).status !== 0) return // a kernel without legacy tables
    for (const program of ['iptables', 'iptables-save', 'iptables-restore']) {
      for (const prefix of ['', '6']) {
        const name = program.replace('ip', `ip${prefix}`)
        const legacy = name.replace('tables', 'tables-legacy')
        await host.exec(['ln', '-sf', `/usr/sbin/${legacy}`, `/usr/sbin/${name}`])
      }
    }
    expect(await restore(host)).toMatchObject({ status: 0 })
    const atOnce = await askOne(host, { v: 1, op: 'restore' })
    expect(atOnce).toEqual({ ok: true, changed: [], removed: [], problems: [] })
    expect(sortChains(await saveRaw(host, 4))).toBe(documented(4))
    expect(sortChains(await saveRaw(host, 6))).toBe(documented(6))
    await ask(host, configure())
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ kernel: { backend: 'legacy' } })
    expect(await askOne(host, { v: 1, op: 'teardown' })).toEqual({ ok: true })
    expect(await saveRaw(host, 4)).not.toContain('MEMHARBOR')
  })

  it('comes to what was asked for or to what was before, whenever a helper is killed', async () => {
    const host = await withTenant()
    const look = async () => (await askOne(host, { v: 1, op: 'observe' })) as unknown as Observed
    let revision = (await look()).state.tenants.acme0001.revision
    for (let round = 0; round < 25; round += 1) {
      const list = allow('203.0.113.0/24', `198.51.100.${round}/32`)
      const change = put(revision, placed('acme0001', { allow: list }))
      const session = await host.spawn([helperPath])
      await session.write(`${JSON.stringify(change)}\n`)
      await sleep(40 + round * 3)
      await session.kill()
      expect(await restore(host)).toMatchObject({ status: 0 })
      const after = await look()
      expect(after).toMatchObject({
        condition: 'ok',
        kernel: { drift: { missingCount: 0, surplusCount: 0 } },
      })
      revision = after.state.tenants.acme0001.revision
    }
  })

  it('moves the range, and leaves nothing after teardown', async () => {
    const host = await fresh()
    await ask(host, configure(), configure({ range: { from: 25_000, to: 25_999 } }))
    const moved = await saveRaw(host, 4)
    expect(moved).toContain('--dport 25000:25999')
    expect(moved).not.toContain('20000:29999')
    await host.exec(['iptables', '-t', 'raw', '-A', 'PREROUTING', '-s', '192.0.2.99', '-j', 'DROP'])
    expect(await askOne(host, { v: 1, op: 'teardown' })).toEqual({ ok: true })
    expect(await saveRaw(host, 4)).toBe(
      '*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -s 192.0.2.99/32 -j DROP\nCOMMIT\n',
    )
    expect(await saveRaw(host, 6)).not.toContain('MEMHARBOR')
    expect((await host.exec(['ipset', 'list', '-n'])).stdout).toBe('')
    expect(await askOne(host, { v: 1, op: 'teardown' })).toEqual({ ok: true })
  })
})

/** The part of a look that says which revision a tenant has. */
interface Observed {
  readonly state: { readonly tenants: { readonly acme0001: { readonly revision: number } } }
}

/** The older backend lists chains in another order. */
function sortChains(saved: string): string {
  const lines = saved.split('\n')
  const order = (line: string): number => ['*', ':P', ':O', ':M'].findIndex((start) => line.startsWith(start))
  const heads = lines
    .filter((line) => order(line) >= 0)
    .sort((a, b) => order(a) - order(b) || a.localeCompare(b))
  return [...heads, ...lines.filter((line) => order(line) < 0)].join('\n')
}
