import type { HostNamespace } from '../test/hosts/host.ts'

/** The conditions of the helper's own jumps, as `iptables-save` prints them. */
const jump = '-p tcp -m tcp --dport 20000:29999'
const direct = '-d 10.213.0.0/16'
const out = '-i mh+'
const linear = 'BENCH-LINEAR'

/** How much of the helper's filter is in; `inward`: all but the rules for what containers send. */
export type Filter = 'none' | 'inward' | 'whole'

/** Puts the helper's filter in or out by its jumps alone, so that nothing has to be filled. */
export async function chooseFilter(host: HostNamespace, filter: Filter): Promise<void> {
  const inward = [`-A PREROUTING ${jump} -j MEMHARBOR`, `-A PREROUTING ${direct} -j MEMHARBOR-DIRECT`]
  const jumps = {
    none: [],
    inward,
    whole: [...inward, `-A PREROUTING ${out} -j MEMHARBOR-OUT`],
  }
  await restore(host, ['*raw', '-F PREROUTING', ...jumps[filter], 'COMMIT'])
  await forgetFlows(host)
}

/** Puts the linear rules in or out. */
export async function chooseRules(host: HostNamespace, isIn: boolean): Promise<void> {
  await host.exec(['iptables', isIn ? '-I' : '-D', 'FORWARD', '-j', linear])
  await forgetFlows(host)
}

/** Flows and their ports of one measurement must not meet those of the next. */
const forgetFlows = (host: HostNamespace) => host.exec(['conntrack', '-F'])

/**
 * A chain of two rules for each of `count` tenants, one that accepts an address and one that drops the rest, as was done
 * in 2013. The measured tenant is in the middle; packets back to the client match none.
 */
export async function loadLinearRules(
  host: HostNamespace,
  count: number,
  measured: { container: string; client: string },
): Promise<void> {
  const tenants = Array.from({ length: count }, (_, index) =>
    index === count >> 1
      ? { container: measured.container, client: measured.client }
      : { container: `10.214.${index >> 8}.${index & 255}`, client: `198.18.${index >> 8}.${index & 255}` },
  )
  const rules = tenants.flatMap(({ container, client }) => [
    `-A ${linear} -s ${client}/32 -d ${container}/32 -j ACCEPT`,
    `-A ${linear} -d ${container}/32 -j DROP`,
  ])
  await restore(host, ['*filter', `:${linear} - [0:0]`, ...rules, 'COMMIT'])
}

async function restore(host: HostNamespace, lines: readonly string[]): Promise<void> {
  const input = `${lines.join('\n')}\n`
  const done = await host.exec(['iptables-restore', '--noflush'], { input, timeoutMs: 120_000 })
  if (done.status !== 0) throw new Error(`iptables-restore failed: ${done.stderr}`)
}
