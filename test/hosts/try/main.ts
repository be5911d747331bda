import { serveSandbox } from '../by-sudo/serve.ts'
import { forPanel, servePanelTalk, tellPanel } from './for-panel.ts'
import { type Audience, describeFailure } from './proof.ts'
import { renderLine, renderNextSteps, renderVerdict } from './render.ts'
import { openClosers, type Proven, runProof } from './run.ts'
import { showPanel } from './show-panel.ts'
import { Stopped, stopWhenAsked, untilStopped } from './stop.ts'
import { rootWord } from './world.ts'

const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}
/** Announces the work that begins now. */
const say = (text: string): void => {
  if (forPanel) tellPanel({ kind: 'said', sentence: text.trim() })
  note(text)
}
const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** hasColors knows NO_COLOR and terminals without colours. */
const colour = process.stdout.isTTY === true && process.stdout.hasColors()

const people: Audience = {
  phase: (sentence) => say(`\n${sentence}`),
  line: (line) => print(renderLine(line, colour)),
}
const programs: Audience = { phase: say, line: () => {} }
const panel: Audience = {
  phase: say,
  line: ({ sentence, held, seen }) => tellPanel({ kind: 'line', sentence, held, seen }),
}

/** The proof as data: what `npm run try -- --json` prints. */
const renderDocument = ({ world, store, tenant, lines }: Proven, held: boolean): string => {
  const { address4, address6, machineAddress4, machineAddress6 } = world.host
  const server = { address4, address6, machineAddress4, machineAddress6 }
  const endpoint = tenant === null ? null : { addresses: tenant.addresses, port: tenant.port }
  return JSON.stringify({ held, lines, endpoint, tenant: tenant?.name ?? null, server, store }, null, 2)
}

/**
 * Standard output holds the proof, with `--json` as one document; words are on standard error.
 * @returns 0 if every line held, 1 if not; 128 and the signal's number when it was ended before that was known
 */
const main = async (words: readonly string[]): Promise<number> => {
  const json = words.includes('--json')
  const signal = stopWhenAsked()
  const stopped = untilStopped(signal)
  const closers = openClosers()
  let status = 1
  try {
    const running = runProof(forPanel ? panel : json ? programs : people, say, closers, signal)
    // A stop closes under it the parts that it waited for.
    running.catch(() => {})
    const proven = await Promise.race([running, stopped])
    const held = proven.tenant !== null && proven.lines.every((line) => line.held)
    status = held ? 0 : 1
    if (forPanel) {
      await servePanelTalk(proven.context, closers, held)
      await stopped
    }
    if (json) print(renderDocument(proven, held))
    else print(`\n${renderVerdict(proven.lines)}`)
    if (words.includes('--once')) return status
    say(await showPanel(proven.context, closers, say))
    if (proven.tenant !== null) {
      say(renderNextSteps(proven.tenant, proven.world.host, process.cwd(), proven.store).trimEnd())
    } else say('\nThe sandbox stays up. Ctrl-C removes it.')
    try {
      await stopped
    } catch {
      return status
    }
  } catch (error) {
    if (error instanceof Stopped) return error.status
    if (forPanel) tellPanel({ kind: 'failed', reason: describeFailure(error) })
    if (json) print(JSON.stringify({ held: false, lines: [], problem: describeFailure(error) }, null, 2))
    note(describeFailure(error))
  } finally {
    say('\nRemoving the sandbox and the store.')
    for (const failure of await closers.closeAll()) {
      if (forPanel) tellPanel({ kind: 'left', what: failure })
      note(`Not removed: ${failure}`)
    }
  }
  return status
}

const words = process.argv.slice(2)
if (words.includes(rootWord)) await serveSandbox(process.stdin, process.stdout)
else process.exitCode = await main(words)
// A proof that was cut off may still wait for something, which must not keep the program.
process.exit()
