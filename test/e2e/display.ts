import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** Runs Xvfb so that with the test's own end, even a sudden one, its screen ends too. */
const endWithParent = 'setpriv'

/** A screen that nobody sees. */
export interface Display {
  /** For DISPLAY: `:99`. */
  readonly name: string
  close(): Promise<void>
}

/** Starts Xvfb on a display number that is free. */
export async function openDisplay(): Promise<Display> {
  const server = spawn(
    endWithParent,
    [
      '--pdeathsig=KILL',
      'Xvfb',
      '-displayfd',
      '3',
      '-screen',
      '0',
      '1680x1050x24',
      '-nolisten',
      'tcp',
      '-noreset',
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const ended = once(server, 'exit')
  const stderr = text(server.stderr as Readable)
  const ready = once(server.stdio[3] as Readable, 'data')
  const number = await Promise.race([ready.then(([data]) => String(data).trim()), ended.then(() => '')])
  if (number === '') throw new Error(`Xvfb did not start: ${await stderr}`)
  return {
    name: `:${number}`,
    async close() {
      server.kill()
      await ended
    },
  }
}
