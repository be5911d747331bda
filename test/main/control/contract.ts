import { setTimeout } from 'node:timers/promises'
import { eventIterator, oc } from '@orpc/contract'
import { implement } from '@orpc/server'
import { z } from 'zod'

const errors = { NO_PORT_LEFT: { data: z.object({ host: z.string(), from: z.int() }) } }
const progress = z.object({ step: z.string() })

/** A contract with one procedure for each thing that must survive the trip. */
export const contract = {
  who: oc.input(z.object({ name: z.string() })).output(z.object({ text: z.string(), size: z.int() })),
  refuse: oc.errors(errors).output(z.void()),
  create: oc
    .errors(errors)
    .input(z.object({ steps: z.int(), end: z.enum(['value', 'error']) }))
    .output(eventIterator(progress, z.object({ port: z.int() }))),
  forever: oc.output(eventIterator(progress)),
  hang: oc.output(z.void()),
}

export interface TestContext {
  readonly greeting: string
  /** The events that the handlers saw. */
  readonly seen: string[]
}

const implementer = implement(contract).$context<TestContext>()

export const router = implementer.router({
  who: implementer.who.handler(({ input, context }) => ({
    text: `${context.greeting} ${input.name.slice(0, 20)}`,
    size: input.name.length,
  })),
  refuse: implementer.refuse.handler(({ errors: problems }) => {
    throw problems.NO_PORT_LEFT({ data: { host: 'tor', from: 20_000 } })
  }),
  create: implementer.create.handler(async function* ({ input, errors: problems }) {
    for (let n = 0; n < input.steps; n++) yield { step: `step ${n}` }
    if (input.end === 'error') throw problems.NO_PORT_LEFT({ data: { host: 'tor', from: 20_000 } })
    return { port: 20_001 }
  }),
  forever: implementer.forever.handler(async function* ({ signal, context }) {
    try {
      for (let n = 0; ; n++) {
        yield { step: `tick ${n}` }
        await setTimeout(5, undefined, signal === undefined ? {} : { signal })
      }
    } finally {
      context.seen.push(`forever ended, aborted ${signal?.aborted}`)
    }
  }),
  hang: implementer.hang.handler(async ({ signal, context }) => {
    context.seen.push('hang started')
    await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    context.seen.push('hang aborted')
  }),
})
