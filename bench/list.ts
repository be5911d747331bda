import { type Agent, listBuilds, startAgent } from './agent.ts'
import { divide, interleave, median, renderRatios, renderSpread } from './figures.ts'
import type { Report } from './report.ts'

const rounds = 15
const many = 10_000

/** The ways of `list-agent.ts` to list, as the report names them. */
const ways = {
  program: 'as a program of its own, ms',
  panel: 'through a panel that is open, ms',
  call: 'what the panel does for it, or for its page, ms',
  'cpu-call': 'the same in processor time of the panel, ms',
}

/** `tenant list` of 10,000 tenants, in this build and in an older one, which has to be built, round by round. */
export async function measureList(report: Report): Promise<void> {
  const agents: Agent[] = []
  try {
    for (const folder of listBuilds()) agents.push(await startAgent(folder, 'list-agent', many))
    for (const [way, name] of Object.entries(ways)) await measureWay(report, agents, way, name)
  } finally {
    for (const agent of agents) await agent.stop()
  }
}

async function measureWay(
  report: Report,
  agents: readonly Agent[],
  way: string,
  name: string,
): Promise<void> {
  const times = agents.map((): number[] => [])
  const works = agents.map((agent, at) => async () => {
    times[at]?.push(await agent.measure(way))
  })
  await interleave(rounds, works)
  const [now = [], before] = times
  report.figure(`\`tenant list\` of ${many} tenants ${name}`, renderSpread(now))
  if (before === undefined) return
  report.figure('the same, the older build', renderSpread(before))
  const ratios = divide(now, before)
  report.goal(`at most half of the older build: ${renderRatios(ratios)}`, median(ratios) <= 0.5)
}
