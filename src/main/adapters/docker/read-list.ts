import { setImmediate as nextTurn } from 'node:timers/promises'
import type Docker from 'dockerode'
import type { z } from 'zod'
import { turnMs } from '../../in-pieces.ts'
import { readAnswer } from './answers.ts'
import { createListReader } from './list-reader.ts'

/** Which list of Docker, and what of it. */
export interface ListWish {
  readonly path: '/containers/json' | '/networks'
  /** As Docker's API has it: `{"label":["io.memharbor.tenant"]}`. */
  readonly filters?: Readonly<Record<string, readonly string[]>>
}

/**
 * Reads a list of Docker as it arrives, in pieces between which everything else of this process goes on: dockerode itself
 * would hold all of it three times before anybody looks at it.
 * @param element the schema of each
 * @example docker.call('list the networks', (api) => readList(api, { path: '/networks' }, networkEntry))
 * @throws UnusableAnswer, which a call turns into DOCKER_FAILED
 */
export async function readList<Schema extends z.ZodType>(
  api: Docker,
  { path, filters }: ListWish,
  element: Schema,
): Promise<z.output<Schema>[]> {
  const stream = await openList(api, path, filters)
  const reader = createListReader((value, at) => readAnswer(element, value, [at]))
  let endsAt = performance.now() + turnMs
  for await (const chunk of stream) {
    reader.add(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    if (performance.now() < endsAt) continue
    await nextTurn()
    endsAt = performance.now() + turnMs
  }
  return reader.end()
}

/** Stopped containers are listed too. */
const openList = (
  { modem }: Docker,
  path: ListWish['path'],
  filters: ListWish['filters'],
): Promise<NodeJS.ReadableStream> =>
  new Promise((resolve, reject) => {
    const options = {
      ...(path === '/containers/json' ? { all: true } : {}),
      ...(filters === undefined ? {} : { filters: JSON.stringify(filters) }),
    }
    const statusCodes = { 200: true, 400: 'bad parameter', 500: 'server error' }
    modem.dial({ path: `${path}?`, method: 'GET', options, isStream: true, statusCodes }, (error, stream) => {
      if (error) reject(error as Error)
      else resolve(stream as NodeJS.ReadableStream)
    })
  })
