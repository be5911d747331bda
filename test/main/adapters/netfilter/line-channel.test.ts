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
    const answers = ['a', 'b'].map((line) => channel.exchange(line, signal))
    expect(await Promise.all(answers)).toEqual([
      { kind: 'line', line: 'a' },
      { kind: 'line', line: 'b' },
    ])
    expect(isClosed()).toBe(false)
  })

  it('ends with a program that speaks unasked', () => {
    const { said, session, isClosed } = startProgram()
    const channel = openLineChannel(session)
    said.emit('data', Buffer.from('{"ok":true}\n{"ok":true}\n'))
    expect([isClosed(), channel.isOpen()]).toEqual([true, false])
  })
})
