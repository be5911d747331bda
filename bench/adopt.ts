import { addSandbox, openPanel } from '../test/main/panel.ts'
import { findLongestTurn } from './longest-turn.ts'
import { awaitNoHelper, loadManyTenants } from './many-tenants.ts'
import { startPanelHost } from './panel-host.ts'
import type { Report } from './report.ts'

const many = 10_000
const rounds = 5
const mostStopMs = 50

/** Taking in the records of 10,000 tenants at first contact: how long nothing else of the process goes on. */
export async function measureAdopt(report: Report): Promise<void> {
  const { host, panel, stop } = await startPanelHost('adopt')
  try {
    await panel.close()
    await awaitNoHelper(host)
    await loadManyTenants(host, many)
    let longest = 0
    for (let round = 1; round <= rounds; round += 1) {
      const fresh = await openPanel()
      try {
        const startedAt = performance.now()
        const { result, byClock, cpu } = await findLongestTurn(() => addSandbox(fresh, host))
        const tookS = ((performance.now() - startedAt) / 1000).toFixed(1)
        longest = Math.max(longest, cpu)
        const stops = `longest stop ${byClock.toFixed(0)} ms, in processor time ${cpu.toFixed(0)} ms`
        report.figure(`round ${round}`, `${result.adopted.length} in ${tookS} s, ${stops}`)
      } finally {
        await fresh.stop()
      }
    }
    report.goal(
      `no stop over ${mostStopMs} ms of processor time: ${longest.toFixed(0)}`,
      longest <= mostStopMs,
    )
  } finally {
    await stop()
  }
}
