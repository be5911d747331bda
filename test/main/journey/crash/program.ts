import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createRouterClient } from '@orpc/server'
import type { Client } from '../../../../src/contract/router.ts'
import { compose } from '../../../../src/main/compose.ts'
import { router } from '../../../../src/main/router.ts'
import { readWork } from '../../panel.ts'
import type { Job } from './job.ts'

/** Waits for a job on standard input, does it, and says each point it comes to; at the one it is told it kills itself. */
const job = await readJob()
const say = (word: string): void => void writeSync(1, `${word}\n`)
const composed = await compose(job.dataDir, {
  atPoint: (point) => {
    say(point)
    if (point === job.stopAt) process.kill(process.pid, 'SIGKILL')
  },
})
const client = createRouterClient(router, { context: composed.context })
await call(client)
say('acknowledged')
await composed.close()

async function readJob(): Promise<Job> {
  for await (const line of createInterface({ input: process.stdin })) return JSON.parse(line) as Job
  process.exit(0)
}

async function call({ tenant }: Client): Promise<unknown> {
  const { verb, input } = job.call
  switch (verb) {
    case 'create':
      return readWork(tenant.create(input))
    case 'allow':
      return tenant.allow(input)
    case 'revoke':
      return tenant.revoke(input)
    case 'suspend':
      return tenant.suspend(input)
    case 'resume':
      return tenant.resume(input)
    case 'rename':
      return tenant.rename(input)
    case 'annotate':
      return tenant.annotate(input)
    case 'flush':
      return tenant.flush(input)
    case 'restart':
      return readWork(tenant.restart(input))
    case 'resize':
      return readWork(tenant.resize(input))
    case 'limit':
      return readWork(tenant.limit(input))
    case 'move':
      return readWork(tenant.move(input))
    case 'upgrade':
      return readWork(tenant.upgrade(input))
    case 'delete':
      return readWork(tenant.delete(input))
    case 'restore':
      return readWork(tenant.restore(input))
  }
}
