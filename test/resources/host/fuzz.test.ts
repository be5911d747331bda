import { execa } from 'execa'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FuzzedLine, fuzzedLine } from './request-arbitraries.ts'
import { operations, requestGrammar } from './request-grammar.ts'

const folder = new URL('.', import.meta.url).pathname
const helper = new URL('../../../resources/host/memharbor-host', import.meta.url).pathname

/** Another one in each run; a failure is repeated with MEMHARBOR_FUZZ_SEED. */
const seed = Number(process.env['MEMHARBOR_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const count = 20_000

type Parsed = { request: unknown } | { code: string; message: string; details: object } | { crash: string }

async function parseEach(lines: readonly FuzzedLine[]): Promise<{ ops: string[]; parsed: Parsed[] }> {
  const input = Buffer.concat(lines.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]))
  const argv = ['-IS', `${folder}parse-each.py`, helper]
  const { stdout } = await execa('/usr/bin/python3', argv, { input, maxBuffer: 1 << 30 })
  const [ops, ...parsed] = stdout.split('\n').map((line) => JSON.parse(line))
  return { ops, parsed }
}

/** The grammar's reading of a line; undefined when it is no request. */
const readByGrammar = ({ bytes }: FuzzedLine): unknown => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return requestGrammar.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

describe(`fuzzed requests (MEMHARBOR_FUZZ_SEED=${seed})`, () => {
  it(`${count} inputs: the parser refuses, or gives exactly a request of the written grammar`, async () => {
    const lines = fc.sample(fuzzedLine, { numRuns: count, seed })
    const { ops, parsed } = await parseEach(lines)
    expect(ops).toEqual([...operations].sort())
    expect(parsed).toHaveLength(count)
    let accepted = 0
    for (const [index, line] of lines.entries()) {
      const got = parsed[index] ?? { crash: 'no answer' }
      const where = `input ${index}: ${JSON.stringify(line.bytes.toString('latin1').slice(0, 2_000))}`
      if ('crash' in got) throw new Error(`${got.crash} for ${where}`)
      if ('request' in got) {
        accepted += 1
        expect(got.request, where).toEqual(readByGrammar(line))
        expect(line.must, where).not.toBe('refuse')
      } else {
        expect(line.must, `${got.message} ${where}`).not.toBe('accept')
        expect(got.message, where).toMatch(/^[^\p{Cc}]{5,300}$/u)
        // A refusal repeats nothing long of what it was given.
        expect(JSON.stringify(got).length, where).toBeLessThan(1_000)
      }
    }
    // Neither a parser that takes everything nor one that takes nothing would be tested.
    expect(accepted).toBeGreaterThan(count / 10)
    expect(accepted).toBeLessThan(count / 2)
  })
})
