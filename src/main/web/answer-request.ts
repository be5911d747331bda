import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import { pagePaths, sessionSchema, tokenSchema } from '../../contract/page-session.ts'
import { readPageFile } from '../page/read-page-file.ts'
import type { Sessions } from './sessions.ts'

/** The means for answering the requests of a page. */
export interface AnswerTools {
  /** The folder of the built page. */
  readonly pageRoot: string
  readonly origin: string
  readonly sessions: Sessions
}

/** Bytes of what a page posts; the secret in it has 43. */
const largestBody = 1_024

/** Answers a request that was not refused: a file of the page, a session for a token, a token for another tab. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { pageRoot, origin, sessions }: AnswerTools,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', origin)
  if (request.method === 'POST' && pathname === pagePaths.session) {
    return answerPost(request, response, tokenSchema, ({ token }) => {
      const session = sessions.redeem(token)
      return session === undefined ? undefined : { session }
    })
  }
  if (request.method === 'POST' && pathname === pagePaths.token) {
    return answerPost(request, response, sessionSchema, ({ session }) => {
      const token = sessions.passOn(session)
      return token === undefined ? undefined : { token }
    })
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answerText(response, 405, 'No such method.')
  const socket = origin.replace('http:', 'ws:')
  const file = await readPageFile(pageRoot, pathname, { kind: 'browser', socket })
  if (file === undefined) return answerText(response, 404, 'There is no such page.')
  response.writeHead(200, { ...file.headers, ...commonHeaders })
  response.end(request.method === 'HEAD' ? undefined : file.body)
}

/** No page of another origin gets hold of a window or a file of ours. */
const commonHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  // A body that is still being sent is not waited for.
  response.writeHead(status, {
    ...commonHeaders,
    'content-type': 'text/plain; charset=utf-8',
    connection: 'close',
  })
  response.end(`${text}\n`)
}

async function answerPost<Schema extends z.ZodType>(
  request: IncomingMessage,
  response: ServerResponse,
  schema: Schema,
  answer: (body: z.infer<Schema>) => object | undefined,
): Promise<void> {
  const text = await readBody(request)
  if (text === undefined) return answerText(response, 413, 'That is too long.')
  const body = schema.safeParse(parseJson(text))
  if (!body.success) return answerText(response, 400, 'That is not understood.')
  const value = answer(body.data)
  if (value === undefined) return answerText(response, 401, 'That is not good any more, or never was.')
  response.writeHead(200, {
    ...commonHeaders,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(value))
}

/** Undefined when it is too long; the rest is not read then. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > largestBody) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
