import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { judgeFilter } from '../../../src/domain/filter-fault.ts'
import { replySchemas } from '../../../src/main/adapters/netfilter/replies.ts'
import { toFilterFacts } from '../../../src/main/services/host/observe-filter.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { ask, askOne, entries, freshenHelperHost, restore, saveRaw, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const [office, home] = ['203.0.113.0/24', '198.51.100.7/32']
const officeEntry = '203.0.113.0/24,tcp:20000'
const words = "iptables-save cannot read the table raw: Table `raw' is incompatible, use 'nft' tool."
const words6 = `ip6${words.slice(2)}`

describeOnHosts('a table that iptables cannot print', () => {
  let host: HostNamespace

  /** The chains and rules as nftables has them, without counters and without the rule of the other program. */
  const listRaw = async (): Promise<string> => {
    const texts = await Promise.all(
      ['ip', 'ip6'].map((family) => host.exec(['nft', 'list', 'table', family, 'raw'])),
    )
    return texts
      .map(({ stdout }) => stdout)
      .join('')
      .replaceAll(/counter packets \d+ bytes \d+ /g, '')
      .replaceAll(/^.*notrack.*\n/gm, '')
  }
  const addForeignRules = async (): Promise<void> => {
    for (const family of ['ip', 'ip6']) {
      const rule = ['nft', 'add', 'rule', family, 'raw', 'PREROUTING', 'udp', 'dport', '53', 'notrack']
      expect(await host.exec(rule)).toMatchObject({ status: 0 })
    }
    expect(await saveRaw(host, 4), 'iptables prints nothing').toBe('')
  }

  beforeAll(async () => {
    host = await startHelperHost()
  })
  beforeEach(async () => {
    await freshenHelperHost(host)
    const tenant = placed('acme0001', { allow: allow(office, home) })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, tenant))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  })
  afterAll(() => host?.stop())

  it('gets nothing more from rounds, which say so', async () => {
    const before = await listRaw()
    await addForeignRules()
    for (const round of [1, 2]) {
      const { status, stderr } = await restore(host)
      expect({ round, status, stderr }).toEqual({ round, status: 0, stderr: `${words}\n${words6}\n` })
    }
    expect(await listRaw()).toBe(before)
    const { kernel } = await askOne(host, { v: 1, op: 'observe' })
    expect(kernel).toMatchObject({ base: [], problems: [words] })
    expect(await askOne(host, { v: 1, op: 'restore' })).toMatchObject({
      changed: [],
      problems: [words, words6],
    })
    expect(await listRaw()).toBe(before)
  })

  it('gets back what another program takes away, once', async () => {
    const before = await listRaw()
    await addForeignRules()
    await host.exec(['nft', 'flush', 'chain', 'ip', 'raw', 'MEMHARBOR'])
    expect(await restore(host)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('Put back: base4'),
    })
    expect(await listRaw()).toBe(before)
    await host.exec(['iptables', '-t', 'raw', '-D', 'PREROUTING', '-i', 'mh+', '-j', 'MEMHARBOR-OUT'])
    expect(await listRaw()).not.toBe(before)
    expect(await restore(host)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('Put back: base4'),
    })
    expect(await listRaw()).toBe(before)
    await host.exec(['nft', 'flush', 'ruleset'])
    for (const family of ['ip', 'ip6']) {
      const chain = '{ type filter hook prerouting priority raw; policy accept; }'
      await host.exec(['nft', 'add', 'table', family, 'raw'])
      await host.exec(['nft', 'add', 'chain', family, 'raw', 'PREROUTING', chain])
    }
    await addForeignRules()
    expect(await restore(host)).toMatchObject({ status: 0, stderr: expect.stringContaining('base4, base6') })
    expect(await listRaw()).toContain('tcp dport 20000-29999 jump MEMHARBOR')
    const { stderr } = await restore(host)
    expect(stderr).toBe(`${words}\n${words6}\n`)
  })

  it('keeps nobody from being closed out, and lets nobody more in', async () => {
    const before = await listRaw()
    await addForeignRules()
    const more = placed('acme0001', { allow: allow(office, home, '192.0.2.9/32') })
    expect(await askOne(host, put(3, more))).toMatchObject({ ok: false, code: 'kernel' })
    expect(await askOne(host, configure({ reservedMb: 1 }))).toMatchObject({
      ...{ ok: false, code: 'kernel', message: words },
    })
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: true, problems: [] })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    const none = placed('acme0001', { open: false, allow: allow(office) })
    expect(await askOne(host, put(4, none))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual([])
    expect(await askOne(host, { v: 1, op: 'teardown' })).toMatchObject({ ok: false })
    expect(await listRaw()).toBe(before)
  })
})

describeOnHosts('a host without ipset', () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
  })
  afterAll(() => host?.stop())

  const judge = async () => {
    const seen = replySchemas.observe.parse(await askOne(host, { v: 1, op: 'observe' }))
    return judgeFilter({ configured: true, ...toFilterFacts(seen) })
  }

  it('has a filter that cannot be read, also after a closing that has shut the range to all for it', async () => {
    await ask(
      host,
      configure({ reservedMb: 0 }),
      reserve(),
      put(2, placed('acme0001', { allow: allow(office) })),
    )
    expect(await judge()).toBeNull()
    await host.exec(['mount', '--bind', '/dev/null', '/usr/sbin/ipset'])
    const unread = { kind: 'unread', reason: 'ipset is not installed' }
    expect(await judge()).toEqual(unread)
    expect(await askOne(host, close('acme0001', [office]))).toMatchObject({ ok: true })
    expect(await saveRaw(host, 4)).not.toContain('--match-set')
    expect(await judge()).toEqual(unread)
  })
})
