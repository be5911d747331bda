import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { openLineReader } from '../../../../src/main/adapters/prepare/read-lines.ts'

const limits = { line: 1000, total: 5000 }

describe('reading lines within bounds', () => {
  const stops: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  /** The output of a shell, as it comes. */
  const printed = (script: string) => {
    const program = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(program, 'exit')
    stops.push(() => {
      program.stdout.destroy()
      program.kill('SIGKILL')
      return ended
    })
    return program.stdout
  }
  const readAll = async (script: string) => {
    const reader = openLineReader(printed(script), limits)
    const found: unknown[] = []
    for (;;) {
      const next = await reader.next()
      found.push(next.kind === 'line' ? next.line : next)
      if (next.kind !== 'line') return { found, again: await reader.next() }
    }
  }

  it('gives each line, also one that comes in pieces, and the end; what was cut off is none', async () => {
    const script = 'printf "one\\n\\ntw"; sleep 0.1; printf "o é\\ncut"'
    expect(await readAll(script)).toEqual({
      found: ['one', '', 'two é', { kind: 'ended' }],
      again: { kind: 'ended' },
    })
  })

  it.each([
    ['a line that never ends', "tr '\\0' x < /dev/zero", 'line', 1],
    ['a line that is too long by one', "head -c 1001 /dev/zero | tr '\\0' x; echo", 'line', 1],
    ['lines that never end', 'yes', 'total', 2501],
  ] as const)('stops at %s', async (_, script, bound, most) => {
    const { found, again } = await readAll(script)
    expect(found.at(-1)).toEqual({ kind: 'too-much', bound })
    expect(again).toEqual({ kind: 'too-much', bound })
    expect(found.length).toBeLessThanOrEqual(most)
  })

  it('takes a line that is as long as it may be', async () => {
    const { found } = await readAll("head -c 1000 /dev/zero | tr '\\0' x; echo")
    expect(found).toEqual(['x'.repeat(1000), { kind: 'ended' }])
  })
})
