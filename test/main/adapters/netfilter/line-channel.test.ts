import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import type { CommandSession } from '../../../../src/main/adapters/link.ts'
import { type AnswerReader, openLineChannel } from '../../../../src/main/adapters/netfilter/line-channel.ts'

/** A program that says back what it hears. */
const startProgram = () => {
  const said = new PassThrough()
  let isClosed = false
  let end: (status: number) => void = () => undefined
  const session = {
    stream: said,
    stderr: () => '',
    ended: new Promise<number | null>((resolve) => {
      end = resolve
    }),
    close: () => {
      isClosed = true
    },
  } as unknown as CommandSession
  return { said, session, end: (status: number) => end(status), isClosed: () => isClosed }
}

/** Takes text, and no more after a full stop. */
const readText = (): AnswerReader<string> => {
  let text = ''
  return {
    add: (chunk) => {
      text += chunk.toString('utf8')
      return !text.includes('.')
    },
    end: () => text,
  }
}

describe('a conversation in lines', () => {
  it('gives each line to who asked for it', async () => {
    const { session, isClosed } = startProgram()
    const channel = openLineChannel(session)
    const { signal } = new AbortController()
    const answers = ['a', 'b'].map((line) => channel.exchange(line, 64, readText(), signal))
    expect(await Promise.all(answers)).toEqual([
      { kind: 'read', read: 'a' },
      { kind: 'read', read: 'b' },
    ])
    expect(isClosed()).toBe(false)
  })

  it('ends with an answer that is longer than its kind has, whether the line ends or not', async () => {
    for (const said of ['x'.repeat(1_025), `${'x'.repeat(1_025)}\n`]) {
      const { said: program, session, isClosed } = startProgram()
      program.write = () => true
      const channel = openLineChannel(session)
      const { signal } = new AbortController()
      const asked = [
        channel.exchange('a', 1_024, readText(), signal),
        channel.exchange('b', 2_000, readText(), signal),
      ]
      program.emit('data', Buffer.from(said))
      const ended = { kind: 'ended', status: null, stderr: '' }
      const cut = 'its answer is longer than 1 KiB'
      expect(await Promise.all(asked)).toEqual([{ ...ended, cut }, ended])
      expect([isClosed(), channel.isOpen()]).toEqual([true, false])
    }
  })

  it('ends with an answer of which no more is wanted, whether the line ends or not', async () => {
    for (const said of ['x.', 'x.\ny\n']) {
      const { said: program, session, isClosed } = startProgram()
      program.write = () => true
      const channel = openLineChannel(session)
      const { signal } = new AbortController()
      const asked = ['a', 'b'].map((line) => channel.exchange(line, 64, readText(), signal))
      program.emit('data', Buffer.from(said))
      expect(await Promise.all(asked)).toEqual([
        { kind: 'read', read: 'x.' },
        { kind: 'ended', status: null, stderr: '' },
      ])
      expect([isClosed(), channel.isOpen()]).toEqual([true, false])
    }
  })

  it('ends with an answer that its reader fails at, and so does nothing else', async () => {
    const fails = (): never => {
      throw new RangeError('too many digits')
    }
    const readers: readonly AnswerReader<string>[] = [
      { add: fails, end: () => '' },
      { add: () => true, end: fails },
    ]
    for (const reader of readers) {
      const { said: program, session, isClosed } = startProgram()
      program.write = () => true
      const channel = openLineChannel(session)
      const { signal } = new AbortController()
      const asked = [channel.exchange('a', 64, reader, signal), channel.exchange('b', 64, readText(), signal)]
      expect(() => program.emit('data', Buffer.from('x\n'))).not.toThrow()
      const ended = { kind: 'ended', status: null, stderr: '' }
      const cut = 'its answer cannot be read: too many digits'
      expect(await Promise.all(asked)).toEqual([{ ...ended, cut }, ended])
      expect([isClosed(), channel.isOpen()]).toEqual([true, false])
    }
  })

  it('takes a long answer in turns of the process, and in order', async () => {
    const { said, session, end } = startProgram()
    said.write = () => true
    const channel = openLineChannel(session)
    const { signal } = new AbortController()
    let turns = 0
    const turnsSeen: number[] = []
    const slow: AnswerReader<string> = {
      add: () => {
        turnsSeen.push(turns)
        const until = performance.now() + 15
        while (performance.now() < until);
        return true
      },
      end: () => 'long',
    }
    const asked = [channel.exchange('a', 64, slow, signal), channel.exchange('b', 64, readText(), signal)]
    const count = (): void => {
      turns += 1
      if (turns < 1_000) setImmediate(count)
    }
    count()
    for (const part of ['x', 'x', 'x', 'x\ny\n']) said.push(part)
    // The answers are all there, and are read before that counts.
    end(0)
    expect(await Promise.all(asked)).toEqual([
      { kind: 'read', read: 'long' },
      { kind: 'read', read: 'y' },
    ])
    expect(new Set(turnsSeen).size).toBe(4)
    await vi.waitFor(() => expect(channel.isOpen()).toBe(false))
  })

  it('ends with a program that speaks unasked', () => {
    const { said, session, isClosed } = startProgram()
    const channel = openLineChannel(session)
    said.emit('data', Buffer.from('{"ok":true}\n{"ok":true}\n'))
    expect([isClosed(), channel.isOpen()]).toEqual([true, false])
  })
})
