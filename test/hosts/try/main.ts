import { once } from 'node:events'
import { serveSandbox } from '../by-sudo/serve.ts'
import { type ProofLine, prove, renderLine } from './proof.ts'
import { sandboxSteps } from './steps.ts'
import { openSandbox, rootWord, startWorld } from './world.ts'

/** Standard output holds the proof; with `--json` as one document `{held, lines}`, else a sentence a line. */
const main = async (words: readonly string[]): Promise<number> => {
  const json = words.includes('--json')
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')])
  // A second Ctrl-C must not cut the cleaning short.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const say = (sentence: string): void => {
    process.stderr.write(`${sentence}\n`)
  }
  const show = (line: ProofLine): void => {
    if (!json) process.stdout.write(`${renderLine(line)}\n`)
  }
  const sandbox = openSandbox()
  // What Ctrl-C before the end of the proof means to a shell.
  let status = 130
  try {
    say('Starting a sandbox server and two clients.')
    const work = async (): Promise<void> => {
      const world = await startWorld(sandbox)
      const lines = await prove(sandboxSteps(world), show)
      const held = lines.every((line) => line.held)
      status = held ? 0 : 1
      if (json) process.stdout.write(`${JSON.stringify({ held, lines }, null, 2)}\n`)
      if (!words.includes('--once')) {
        say('The sandbox stays up. Ctrl-C removes it.')
        await stopped
      }
    }
    await Promise.race([work(), stopped])
    return status
  } catch (error) {
    say(`The sandbox could not be made: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  } finally {
    say('Removing the sandbox.')
    await sandbox.close()
  }
}

const words = process.argv.slice(2)
if (words.includes(rootWord)) await serveSandbox(process.stdin, process.stdout)
else process.exitCode = await main(words)
// Whatever a cut-off proof still waits for must not keep the program.
process.exit()
