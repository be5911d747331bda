import { type Agent, listBuilds, startAgent } from './agent.ts'
import { divide, interleave, median, renderRatios, renderSpread } from './figures.ts'
import type { Report } from './report.ts'

const rounds = 15
const many = 10_000

/** `tenant list` of 10,000 tenants, in this build and in an older one, which has to be built, round by round. */
export async function measureList(report: Report): Promise<void> {
  const agents: Agent[] = []
  try {
    for (const folder of listBuilds()) agents.push(await startAgent(folder, 'list-agent', many))
    const times = agents.map((): number[] => [])
    const works = agents.map((agent, at) => async () => {
      times[at]?.push(await agent.measure('list'))
    })
    await interleave(rounds, works)
    const [now = [], before] = times
    report.figure(`\`tenant list\` of ${many} tenants, whole process, ms`, renderSpread(now))
    if (before === undefined) return
    report.figure('the same, the older build, ms', renderSpread(before))
    const ratios = divide(now, before)
    report.goal(`at most half of the older build: ${renderRatios(ratios)}`, median(ratios) <= 0.5)
  } finally {
    for (const agent of agents) await agent.stop()
  }
}
