import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../hosts/raw-image.ts'
import { answerEverything, listTries, type Try, tryFrom } from '../../hosts/reach.ts'
import { ask, askOne, restore, startHelperHost } from './helper-host.ts'
import { allow, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const name = `what a container reaches${reason === null ? '' : ` (${reason})`}`
/** A cloud's metadata, and a place on the internet. */
const [metadata, outside] = ['169.254.169.254', '192.0.2.77']

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  let client: Client
  const neighbours: string[] = []
  const root = async (command: string): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(['sh', '-ec', command])
    expect({ command, status, stderr }).toMatchObject({ status: 0 })
    return stdout.trim()
  }
  const callsFilter = () => root('ip -d link show mh1 | grep -o "nf_call_iptables [01]"')
  const setSystem = (value: 0 | 1) =>
    root(
      `sysctl -qw net.bridge.bridge-nf-call-iptables=${value} net.bridge.bridge-nf-call-ip6tables=${value}`,
    )

  const tryAll = async (tries: readonly Try[], container = 'tenant0'): Promise<Try[]> =>
    tryFrom(host, await root(`docker inspect -f {{.State.Pid}} ${container}`), tries)
  const everywhere = (): Try[] =>
    listTries([
      ...['10.213.0.1', '10.213.4.1', '172.17.0.1', host.address4, client.address4, metadata, outside],
      ...[...neighbours, host.address6, client.address6],
    ])
  /** Begun from the port of an engine that was ended, from where answers are let through. */
  const fromEnginePort = (): Try[] =>
    everywhere().flatMap(([protocol, address, port]): Try[] =>
      protocol === 'tcp' ? [[protocol, address, port, 11_211]] : [],
    )
  const talk = async (address: string): Promise<string> =>
    (await memcacheTalk(client, address, 20_000, 'version\r\n', 1_000)).kind

  beforeAll(async () => {
    host = await startHelperHost({ docker: true })
    await importRawImage(host)
    client = await startClient(host, { index: 0, addresses: [`${metadata}/32`, `${outside}/32`] })
    const open = placed('tenant00', { allow: allow('0.0.0.0/0', '::/0') })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve('tenant00'), put(2, open))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
    for (const [index, network] of [1, 1, 2].entries()) {
      if (index !== 1)
        await root(
          `docker network create --subnet 10.213.${(network - 1) * 4}.0/22 -o com.docker.network.bridge.name=mh${network} ` +
            `-o com.docker.network.bridge.enable_icc=false memharbor-${network}`,
        )
      const publish = index === 0 ? '-p 0.0.0.0:20000:11211 -p [::]:20000:11211' : ''
      await root(`docker run -d --name tenant${index} --network memharbor-${network} ${publish} ${rawImage}`)
      const format = '{{range.NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
      if (index > 0) neighbours.push(await root(`docker inspect -f ${format} tenant${index}`))
    }
    // The port of its engine is free there for another program.
    await root(`docker run -d --name ended --network memharbor-1 ${rawImage} -p 11300`)
    await answerEverything(host, true)
    await answerEverything(client, false)
  })
  afterAll(async () => {
    await client?.stop()
    await host?.stop()
  })

  it('nothing, while allowed clients are answered over both families', async () => {
    const tries = everywhere()
    expect(tries.length).toBeGreaterThanOrEqual(200)
    expect(await tryAll(tries)).toEqual([])
    expect([await talk(host.address4), await talk(host.address6)]).toEqual(['answer', 'answer'])
    expect((await memcacheTalk(host, '127.0.0.1', 20_000)).kind).toBe('answer')
  })

  it('nothing from the port that answers come from either', async () => {
    expect(await tryAll(fromEnginePort(), 'ended')).toEqual([])
  })

  it('nothing, where the system lets frames past the filter, also after a restart', async () => {
    // A reservation sees to the bridge, as does a change, and the timer.
    await root('ip link set mh1 type bridge nf_call_iptables 0 nf_call_ip6tables 0')
    await setSystem(0)
    const [first = ''] = neighbours
    expect(await tryAll([['tcp', first, 11_211, 0]]), 'the control').toHaveLength(1)
    expect(await askOne(host, reserve('tenant01'))).toMatchObject({ ok: true, network: 1 })
    expect(await callsFilter()).toBe('nf_call_iptables 1')
    expect(await tryAll(everywhere())).toEqual([])
    await root('docker restart -t 1 tenant0 tenant1')
    await until('it is back', async () => (await talk(host.address4)) === 'answer')
    expect(await tryAll(everywhere())).toEqual([])
    await root('ip link set mh1 type bridge nf_call_iptables 0')
    let revision: unknown = 3
    for (const [at, open] of [true, false, true].entries()) {
      const record = placed('tenant00', { allow: allow('0.0.0.0/0', '::/0'), notes: `${at}`, open })
      const reply = await askOne(host, put(Number(revision), record))
      expect(reply).toMatchObject({ ok: true })
      expect(await callsFilter(), `open: ${open}`).toBe('nf_call_iptables 1')
      await root('ip link set mh1 type bridge nf_call_iptables 0')
      revision = reply['revision']
    }
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({
      kernel: {
        bridges: [
          { name: 'mh1', ours: true, callsFilter: false },
          { name: 'mh2', ours: true },
        ],
      },
    })
    expect((await restore(host)).stderr).toContain('mh1')
    expect(await callsFilter()).toBe('nf_call_iptables 1')
    await setSystem(1)
  })

  it('nothing over IPv6 either, where somebody gave its network addresses of it', async () => {
    const near = (last: number) => `fd00:213::${last}`
    await root(`ip -6 addr add ${near(1)}/64 dev mh1 nodad; sysctl -qw net.ipv6.conf.all.forwarding=1`)
    for (const [index, last] of [2, 3].entries()) {
      const pid = await root(`docker inspect -f {{.State.Pid}} tenant${index}`)
      const inside = `nsenter -t ${pid} -n`
      await root(
        `${inside} sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0; ` +
          `${inside} ip -6 addr add ${near(last)}/64 dev eth0 nodad; ` +
          `${inside} ip -6 route add default via ${near(1)}`,
      )
    }
    await client.exec(['ip', '-6', 'route', 'add', `${near(0)}/64`, 'via', host.address6])
    const places = [near(1), near(3), host.address6, client.address6]
    expect(await tryAll(listTries(places))).toEqual([])
    await root('ip6tables -t raw -F')
    const answered = await tryAll(listTries(places))
    for (const place of places) expect(answered.map(([, address]) => address)).toContain(place)
    expect((await restore(host)).status).toBe(0)
    expect(await tryAll(listTries(places))).toEqual([])
  })

  it('names interfaces that are taken for bridges of ours', async () => {
    await root('ip link add mh-dmz type veth peer name dmz0; ip link add mh7 type bridge')
    const { kernel } = (await askOne(host, { v: 1, op: 'observe' })) as unknown as {
      kernel: { bridges: { name: string; ours: boolean }[] }
    }
    expect(kernel.bridges.filter(({ ours }) => !ours).map((bridge) => bridge.name)).toEqual(['mh-dmz', 'mh7'])
    await root('ip link del mh-dmz; ip link del mh7')
  })

  it('the control: everything without the rules', async () => {
    await root('iptables -t raw -F; ip6tables -t raw -F; iptables -F; iptables -t filter -P FORWARD ACCEPT')
    const answered = await tryAll(everywhere())
    const places = new Set(answered.map(([, address]) => address))
    for (const place of ['10.213.0.1', host.address4, client.address4, metadata, outside, ...neighbours])
      expect(places).toContain(place)
    expect(new Set(answered.map(([protocol]) => protocol))).toEqual(new Set(['tcp', 'udp', 'icmp']))
    const begun = await tryAll(fromEnginePort(), 'ended')
    expect(new Set(begun.map(([, address]) => address))).toContain(outside)
    expect((await restore(host)).status).toBe(0)
    expect(await tryAll(everywhere())).toEqual([])
  })
})
