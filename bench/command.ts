import { type Agent, listBuilds, startAgent } from './agent.ts'
import { divide, interleave, median, renderRatios, renderSpread } from './figures.ts'
import type { Report } from './report.ts'

const rounds = 25

/** The ways of `command-agent.ts`, as the report names them. */
const ways = {
  link: 'A connection and its first command, ms',
  program: '`tenant show` as a program of its own, ms',
}

/** The first command over a fresh connection, in this build and in an older one, which has to be built, round by round. */
export async function measureCommand(report: Report): Promise<void> {
  const agents: Agent[] = []
  try {
    for (const folder of listBuilds()) agents.push(await startAgent(folder, 'command-agent', 0))
    for (const [way, name] of Object.entries(ways)) {
      const times = agents.map((): number[] => [])
      const works = agents.map((agent, at) => async () => {
        times[at]?.push(await agent.measure(way))
      })
      await interleave(rounds, works)
      const [now = [], before] = times
      report.figure(name, renderSpread(now))
      if (before === undefined) continue
      report.figure('the same, the older build', renderSpread(before))
      const ratios = divide(now, before)
      report.goal(`at most 1.05 of the older build: ${renderRatios(ratios)}`, median(ratios) <= 1.05)
    }
  } finally {
    for (const agent of agents) await agent.stop()
  }
}
