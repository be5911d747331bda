import { execa } from 'execa'
import { briefly } from '../../brief-node.ts'
import type { BuiltProgram } from '../../program.ts'
import type { Job } from './job.ts'

/** The end of a program that was given a job. */
export interface Outcome {
  /** Every point it came to, in order; the last one is where it ended. */
  readonly points: readonly string[]
  /** It said that the change was made. */
  readonly acknowledged: boolean
}

/** Programs that do one job each and may kill themselves on the way. */
export interface Victims {
  run(job: Job): Promise<Outcome>
  /** Ends the one that still waits for a job. */
  close(): Promise<void>
}

/** The next one is started while the one before is looked at: half of what one takes is its start. */
export const openVictims = (program: Pick<BuiltProgram, 'path'>): Victims => {
  // As the command line does it: see run-command.ts.
  const argv = ['--liftoff-only', ...briefly, program.path]
  const start = () => execa(process.execPath, argv, { reject: false, stdin: 'pipe' })
  let next = start()
  return {
    async run(job) {
      const victim = next
      victim.stdin.end(`${JSON.stringify(job)}\n`)
      const { stdout, stderr, signal, exitCode } = await victim
      next = start()
      const killed = signal === 'SIGKILL'
      if (killed !== (job.stopAt !== null) || (!killed && exitCode !== 0)) {
        throw new Error(
          `it ended with ${signal ?? exitCode} instead of at ${job.stopAt}: ${stdout}\n${stderr}`,
        )
      }
      const words = stdout.split('\n').filter(Boolean)
      return {
        points: words.filter((word) => word !== 'acknowledged'),
        acknowledged: words.includes('acknowledged'),
      }
    },
    async close() {
      next.stdin.end()
      await next
    },
  }
}
