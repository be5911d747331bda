import { type Agent, listBuilds, startAgent } from './agent.ts'
import { divide, interleave, median, renderRatios, renderSpread } from './figures.ts'
import type { Report } from './report.ts'

const rounds = 41
const ten = 10
const many = 10_000

const ways = ['quiet', 'look', 'busy'] as const
type Way = (typeof ways)[number]
type Times = Readonly<Record<Way, number[]>>

/**
 * Revoke until the packet, in this build and in an older one, round by round in one run: quiet, and while the whole of a
 * server with 10,000 tenants is looked at. `MEMHARBOR_BESIDE` is a checkout of the older build with its packages; without
 * it only this build is measured.
 */
export async function measureRevoke(report: Report): Promise<void> {
  for (const count of [ten, many]) {
    const agents: Agent[] = []
    try {
      for (const folder of listBuilds()) agents.push(await startAgent(folder, 'revoke-agent', count))
      const chosen = count === many ? ways : (['quiet'] as const)
      const times = agents.map((): Times => ({ quiet: [], look: [], busy: [] }))
      await interleave(
        rounds,
        agents.flatMap((agent, at) =>
          chosen.map((way) => async () => {
            times[at]?.[way].push(await agent.measure(way))
          }),
        ),
      )
      tell(report, count, times)
    } finally {
      for (const agent of agents) await agent.stop()
    }
  }
}

function tell(report: Report, count: number, [now, before]: readonly Times[]): void {
  if (now === undefined) return
  report.figure(`revoke until the packet, ${count} tenants, quiet, ms`, renderSpread(now.quiet))
  if (before !== undefined) {
    report.figure(`the same, the older build, ms`, renderSpread(before.quiet))
    const ratios = divide(now.quiet, before.quiet)
    report.goal(`quiet: at most 0.8 of the older build: ${renderRatios(ratios)}`, median(ratios) <= 0.8)
  }
  if (now.look.length === 0) return
  report.figure(`beside a look at all of them, ms`, renderSpread(now.look))
  if (before !== undefined) report.figure(`the same, the older build, ms`, renderSpread(before.look))
  const ratios = divide(now.look, now.quiet)
  report.goal(`beside a look: at most 1.2 of quiet: ${renderRatios(ratios)}`, median(ratios) <= 1.2)
  // On two processors, anything that runs beside something else takes longer: no look can cost less.
  const floor = renderRatios(divide(now.busy, now.quiet))
  report.figure('beside a program that only counts, over quiet', floor)
  report.figure('beside a look over beside such a program', renderRatios(divide(now.look, now.busy)))
}
