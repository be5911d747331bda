import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** The output of a benchmark: figures, and sentences about goals with whether they are met. */
export interface Report {
  figure(name: string, value: string): void
  goal(sentence: string, isMet: boolean): void
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** The load before and after shows whether something else was running. */
const describeLoad = (): string =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')

const firstLine = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n')[0] ?? ''

/** One line: when, and on what. */
export function describeMachine(): string {
  const memory = Math.round(totalmem() / 2 ** 30)
  return [
    new Date().toISOString().slice(0, 16).replace('T', ' '),
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memory} GiB`,
    `Linux ${release()}`,
    firstLine('dockerd', '--version').replace(/,.*/, ''),
    firstLine('iptables', '--version'),
    `Node ${process.versions.node}`,
  ].join(' · ')
}

/** Runs one benchmark and prints its figures as Markdown. */
export async function reportBenchmark(title: string, run: (report: Report) => Promise<void>): Promise<void> {
  print(`\n## ${title}\n`)
  const before = describeLoad()
  await run({
    figure: (name, value) => print(`- ${name}: ${value}`),
    goal: (sentence, isMet) => print(`- **${isMet ? 'met' : 'missed'}**: ${sentence}`),
  })
  print(`- load before and after: ${before}, ${describeLoad()}`)
}
