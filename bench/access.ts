import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../test/hosts/condition.ts'
import type { Running } from '../test/hosts/running.ts'
import { createTenant } from '../test/main/panel.ts'
import { divide, interleave, median, renderRatios, renderSpread, timeMs } from './figures.ts'
import { awaitNoHelper, loadManyTenants } from './many-tenants.ts'
import { type PanelHost, startPanelHost } from './panel-host.ts'
import type { Report } from './report.ts'
import watchPort from './watch-port.py?raw'

const rounds = 41

interface Times {
  readonly allowEffect: number[]
  readonly allowCall: number[]
  readonly revokeEffect: number[]
  readonly revokeCall: number[]
}

/**
 * The time from the call of the router to the first packet of the tenant's own computer that is treated otherwise, with
 * one tenant and with 10,000, each on a server of its own with a panel and a store of its own.
 */
export async function measureAccess(report: Report): Promise<void> {
  const one = await startPanelHost('one')
  const many = await startPanelHost('many')
  try {
    const ports = [await makeTenant(one), await makeTenant(many)] as const
    await many.reopen(async () => {
      await awaitNoHelper(many.host)
      await loadManyTenants(many.host, 10_000)
    })
    const adopting = await timeMs(() => allowAndRevokeOnce(many))
    report.figure('the first change after 9,999 tenants came in from elsewhere, ms', adopting.toFixed(0))
    const [few, lots] = [emptyTimes(), emptyTimes()]
    const watches = [await watch(one, ports[0]), await watch(many, ports[1])] as const
    await interleave(rounds, [
      () => measureRound(one, watches[0], few),
      () => measureRound(many, watches[1], lots),
    ])
    for (const each of watches) await each.kill()
    tell(report, few, lots)
  } finally {
    await one.stop()
    await many.stop()
  }
}

async function makeTenant({ panel }: PanelHost): Promise<number> {
  return (await createTenant(panel, { name: 'acme' })).port
}

async function allowAndRevokeOnce({ panel, client }: PanelHost): Promise<void> {
  await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: client.address4 }] })
  await panel.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] })
}

const emptyTimes = (): Times => ({ allowEffect: [], allowCall: [], revokeEffect: [], revokeCall: [] })

const watch = ({ client, host }: PanelHost, port: number): Promise<Running> =>
  client.spawn(['/usr/bin/python3', '-IS', '-uc', watchPort, host.address4, String(port)])

async function measureRound({ panel, client }: PanelHost, watcher: Running, times: Times): Promise<void> {
  const allowed = await measureChange(watcher, 'open', () =>
    panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: client.address4 }] }),
  )
  const revoked = await measureChange(watcher, 'closed', () =>
    panel.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] }),
  )
  times.allowEffect.push(allowed.effectMs)
  times.allowCall.push(allowed.callMs)
  times.revokeEffect.push(revoked.effectMs)
  times.revokeCall.push(revoked.callMs)
}

async function measureChange(
  watcher: Running,
  awaited: 'open' | 'closed',
  change: () => Promise<unknown>,
): Promise<{ effectMs: number; callMs: number }> {
  const seen = (await watcher.output()).length
  const rest = async (): Promise<string> => (await watcher.output()).slice(seen)
  await watcher.write(`${awaited}\n`)
  await until('the client watches', async () => (await rest()).startsWith('watching\n'))
  await pause(10)
  const began = process.hrtime.bigint()
  const callMs = await timeMs(change)
  await until('the client has seen the change', async () => (await rest()).split('\n').length === 3)
  const at = BigInt((await rest()).split('\n')[1] ?? '')
  return { effectMs: Number(at - began) / 1e6, callMs }
}

function tell(report: Report, few: Times, lots: Times): void {
  for (const [kind, effect, call] of [
    ['allow', 'allowEffect', 'allowCall'],
    ['revoke', 'revokeEffect', 'revokeCall'],
  ] as const) {
    report.figure(`${kind} until the packet, 1 tenant, ms`, renderSpread(few[effect]))
    report.figure(`${kind} until the packet, 10,000 tenants, ms`, renderSpread(lots[effect]))
    report.figure(
      `the whole call, 1 and 10,000, ms`,
      `${renderSpread(few[call])} and ${renderSpread(lots[call])}`,
    )
    const ratios = divide(lots[effect], few[effect])
    report.goal(`${kind}: 10,000 to 1 at most 1.2: ${renderRatios(ratios)}`, median(ratios) <= 1.2)
    report.goal(`${kind}: under 50 ms: ${median(lots[effect]).toFixed(1)}`, median(lots[effect]) < 50)
  }
}
