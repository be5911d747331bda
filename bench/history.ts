import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { findChromium, openChromium } from '../test/e2e/chromium.ts'
import { openPlainUser } from '../test/e2e/plain-user.ts'
import { until } from '../test/hosts/condition.ts'
import { type Agent, listBuilds, startAgent } from './agent.ts'
import { divide, interleave, median, renderRatios, renderSpread } from './figures.ts'
import type { Report } from './report.ts'

const many = 100_000
/** Of the newest, the store itself keeps as many. */
const kept = 5_000
const rounds = 5
const idleMs = 60_000
const mostStopMs = 50
const watch = new URL('../../bench/watch-turns.mjs', import.meta.url).href

/** The program of a build, with a data folder that holds the same history. */
interface Build {
  readonly folder: string
  readonly dataDir: string
  readonly agent: Agent
  readonly starts: number[]
  readonly megabytes: number[]
  readonly stops: number[]
  /** The same in processor time. */
  readonly turns: number[]
  readonly folds: number[]
}

/**
 * The panel of a store with 100,000 operations, written by the older build where there is one and taken over by this: its
 * start, and its memory and its longest stop in a minute in which a page is open and nobody does anything.
 */
export async function measureHistory(report: Report): Promise<void> {
  const name = findChromium()
  if (name === undefined) throw new Error('there is no Chromium here')
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-bench-'))
  const user = await openPlainUser()
  const builds: Build[] = []
  const chromium = await openChromium(name, user)
  try {
    for (const each of listBuilds()) builds.push(await openBuild(each, join(folder, `${builds.length}`)))
    const [now, before] = builds
    if (now === undefined) throw new Error('there is no build')
    const writer = before ?? now
    await writer.agent.measure(`fill ${writer.dataDir}`)
    if (before !== undefined) await cp(before.dataDir, now.dataDir, { recursive: true })
    await takeOver(now)
    await interleave(
      rounds,
      builds.map((build) => () => measureProgram(build, chromium.browser, join(folder, 'turns'))),
    )
    await interleave(
      rounds,
      builds.map((build) => async () => {
        build.folds.push(await build.agent.measure(`fold ${build.dataDir}`))
      }),
    )
    reportBuilds(report, now, before)
  } finally {
    await chromium.close()
    await user.remove()
    for (const { agent } of builds) await agent.stop()
    await rm(folder, { recursive: true })
  }
}

async function openBuild(folder: string, dataDir: string): Promise<Build> {
  const agent = await startAgent(folder, 'history-agent', many)
  return { folder, dataDir, agent, starts: [], megabytes: [], stops: [], turns: [], folds: [] }
}

interface Program {
  readonly pid: number
  readonly link: string
  readonly tookMs: number
  stop(): Promise<void>
}

/** Starts the panel until it has said its link. */
async function startProgram({ folder, dataDir }: Build, turns: string): Promise<Program> {
  const began = performance.now()
  const words = ['--import', watch, 'out/main/cli.js', 'panel', '--no-browser', '--data', dataDir]
  const child = spawn(process.execPath, words, {
    ...{ cwd: folder, env: { ...process.env, MEMHARBOR_TURNS: turns }, stdio: ['ignore', 'pipe', 'inherit'] },
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    const link = /http:\S+/.exec(line)?.[0]
    if (link === undefined || child.pid === undefined) continue
    child.stdout.resume()
    const stop = async (): Promise<void> => {
      child.kill()
      await ended
    }
    return { pid: child.pid, link, tookMs: performance.now() - began, stop }
  }
  throw new Error('the panel did not start')
}

/** Its first start moves what is old into files of months. */
async function takeOver(build: Build): Promise<void> {
  const program = await startProgram(build, '/dev/null')
  try {
    const archive = join(build.dataDir, 'operations')
    await until('the old operations are in the archive', async () => {
      const names = await readdir(archive).catch(() => [])
      const texts = await Promise.all(names.map((name) => readFile(join(archive, name), 'latin1')))
      return texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0) >= many - kept
    })
  } finally {
    await program.stop()
  }
}

async function measureProgram(build: Build, browser: Browser, turns: string): Promise<void> {
  await rm(turns, { force: true })
  const program = await startProgram(build, turns)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.goto(program.link)
    await page.locator('[role=grid] tbody tr[data-id]').first().waitFor()
    const openAt = Date.now()
    await pause(idleMs)
    build.starts.push(program.tookMs)
    build.megabytes.push(await readResidentMb(program.pid))
    // `1764486000123 4.1 2.9`
    const seconds = (await readFile(turns, 'latin1')).trimEnd().split('\n')
    const lines = seconds.map((line) => line.split(' ').map(Number))
    // A line is of the second before it.
    const meanwhile = lines.filter(([at = 0]) => at > openAt + 1_000)
    build.stops.push(Math.max(...meanwhile.map(([, byClock = 0]) => byClock)))
    build.turns.push(Math.max(...meanwhile.map(([, , cpu = 0]) => cpu)))
  } finally {
    await context.close()
    await program.stop()
  }
}

/** `VmRSS:	  123456 kB` */
async function readResidentMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'latin1')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024
}

function reportBuilds(report: Report, now: Build, before: Build | undefined): void {
  const figures = {
    [`start with ${many} operations until the link, ms`]: 'starts',
    'resident after an idle minute with a page, MB': 'megabytes',
    'longest stop in that minute, ms': 'stops',
    'the same in processor time, ms': 'turns',
    'longest stop while the store is written anew, ms': 'folds',
  } as const
  for (const [name, key] of Object.entries(figures)) {
    report.figure(name, renderSpread(now[key]))
    if (before !== undefined) report.figure('the same, the older build', renderSpread(before[key]))
  }
  const longest = Math.max(...now.turns)
  report.goal(`no stop over ${mostStopMs} ms of processor time: ${longest.toFixed(0)}`, longest <= mostStopMs)
  if (before === undefined) return
  const [starts, memory] = [divide(now.starts, before.starts), divide(now.megabytes, before.megabytes)]
  report.goal(`a start takes at most half: ${renderRatios(starts)}`, median(starts) <= 0.5)
  report.goal(`at most a third of the memory: ${renderRatios(memory)}`, median(memory) <= 1 / 3)
}
