import { createInterface } from 'node:readline'
import { createRouterClient } from '@orpc/server'
import { readProblem } from '../../../src/main/cli/command-problem.ts'
import { compose } from '../../../src/main/compose.ts'
import { router } from '../../../src/main/router.ts'

/**
 * The router in a process of its own, for tests that take something from under it. Reads `{noun, verb, input}` a line;
 * says `{step}` for each step of long work that begins, then `{value}` or `{problem, message}`.
 */
// Nothing is written beside what is asked for: tests measure what a disk has left.
const timeLimits = { historyEveryMs: 3_600_000 }
const { context, close } = await compose(process.argv[2] ?? '', { timeLimits })
const client = createRouterClient(router, { context }) as unknown as Record<
  string,
  Record<string, (input: unknown) => Promise<unknown>>
>

const say = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

const isWork = (value: unknown): value is AsyncIterator<{ key: string; state: string }> =>
  typeof value === 'object' && value !== null && 'next' in value

async function carryOut({ noun, verb, input }: Record<'noun' | 'verb', string> & { input: unknown }) {
  const answer = await client[noun]?.[verb]?.(input)
  if (!isWork(answer)) return answer
  for (;;) {
    const next = await answer.next()
    if (next.done === true) return next.value
    if (next.value.state === 'started') say({ step: next.value.key })
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    say({ value: await carryOut(JSON.parse(line)) })
  } catch (error) {
    const found = readProblem(error)
    say({ problem: found?.problem ?? String(error), message: found?.message ?? '' })
  }
}
await close()
