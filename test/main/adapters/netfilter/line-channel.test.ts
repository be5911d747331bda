import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { CommandSession } from '../../../../src/main/adapters/link.ts'
import { openLineChannel } from '../../../../src/main/adapters/netfilter/line-channel.ts'

/** A program that says back what it hears. */
const startProgram = () => {
  const said = new PassThrough()
  let isClosed = false
  const session = {
    stream: said,
    stderr: () => '',
    ended: new Promise<number | null>(() => undefined),
    close: () => {
      isClosed = true
    },
  } as unknown as CommandSession
  return { said, session, isClosed: () => isClosed }
}

describe('a conversation in lines', () => {
  it('gives each line to who asked for it', async () => {
    const { session, isClosed } = startProgram()
    const channel = openLineChannel(session)
    const { signal } = new AbortController()
    const answers = ['a', 'b'].map((line) => channel.exchange(line, 64, signal))
    expect(await Promise.all(answers)).toEqual([
      { kind: 'line', line: 'a' },
      { kind: 'line', line: 'b' },
    ])
    expect(isClosed()).toBe(false)
  })

  it('ends with an answer that is longer than its kind has, whether the line ends or not', async () => {
    for (const said of ['x'.repeat(65), `${'x'.repeat(65)}\n`]) {
      const { said: program, session, isClosed } = startProgram()
      program.write = () => true
      const channel = openLineChannel(session)
      const { signal } = new AbortController()
      const asked = [channel.exchange('a', 64, signal), channel.exchange('b', 1_000, signal)]
      program.emit('data', Buffer.from(said))
      expect(await Promise.all(asked)).toEqual(Array(2).fill({ kind: 'ended', status: null, stderr: '' }))
      expect([isClosed(), channel.isOpen()]).toEqual([true, false])
    }
  })

  it('ends with a program that speaks unasked', () => {
    const { said, session, isClosed } = startProgram()
    const channel = openLineChannel(session)
    said.emit('data', Buffer.from('{"ok":true}\n{"ok":true}\n'))
    expect([isClosed(), channel.isOpen()]).toEqual([true, false])
  })
})
