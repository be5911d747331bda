import { request } from 'node:http'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Client } from '../../../src/contract/router.ts'
import { openPanel, type Panel } from '../../../src/main/open-panel.ts'
import { router } from '../../../src/main/router.ts'
import { type BrowserShell, serveBrowser } from '../../../src/main/web/serve-browser.ts'
import { makeFolder } from '../folder.ts'

/** A panel for browsers on a store of its own, and a client beside it that looks at the store. */
export interface OpenedShell extends BrowserShell {
  readonly panel: Panel
  readonly inside: Client
  readonly port: number
}

/** It ends with the test. The page is a small stand-in with a document, a script and something that is no page. */
export async function openShell(port = 0): Promise<OpenedShell> {
  const panel = await openPanel(await makeFolder())
  onTestFinished(() => panel.close())
  const shell = await serveBrowser(panel.context, { pageRoot: join(import.meta.dirname, 'page'), port })
  onTestFinished(() => shell.close())
  const inside: Client = createRouterClient(router, { context: panel.context })
  return { ...shell, panel, inside, port: Number(new URL(shell.origin).port) }
}

/** The answer to a request. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** One request, with exactly these headers: unlike fetch, which refuses to send a Host or an Origin of one's choice. */
export function ask(
  { port, origin }: OpenedShell,
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const own = method === 'POST' ? { origin } : {}
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { ...own, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    asked.once('error', reject)
    asked.end(body)
  })
}

export function post(shell: OpenedShell, path: string, body: unknown, headers: object = {}): Promise<Answer> {
  return ask(shell, path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** `#token=…` of a link. */
export function tokenOf(link: string): string {
  return new URL(link).hash.slice('#token='.length)
}

/** A session, as a page that opens a new link gets it. */
export async function login(shell: OpenedShell): Promise<string> {
  const { text } = await post(shell, '/session', { token: tokenOf(shell.newLink()) })
  return (JSON.parse(text) as { session: string }).session
}

/** A socket and what it is told. */
export interface Talk {
  readonly socket: WebSocket
  readonly heard: readonly string[]
  /** The code it is closed with. */
  readonly closed: Promise<number>
  /** Settles with the message of this number, counted from 0. */
  hears(index: number): Promise<string>
}

/** Opens a socket as a page does; rejects with the server's status where it is refused. */
export function openSocket(
  { port, origin }: OpenedShell,
  { path = '/rpc', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Talk> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    headers: { origin, ...headers },
    perMessageDeflate: false,
  })
  onTestFinished(() => socket.terminate())
  const heard: string[] = []
  const waiting: (() => void)[] = []
  socket.on('message', (data) => {
    heard.push(data.toString())
    for (const look of waiting) look()
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const hears = (index: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const message = heard[index]
        if (message !== undefined) resolve(message)
      }
      waiting.push(look)
      look()
      closed.then((code) => reject(new Error(`closed with ${code}`)))
    })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, heard, closed, hears }))
    socket.once('unexpected-response', (_request, { statusCode }) =>
      reject(new Error(`status ${statusCode}`)),
    )
    socket.once('error', reject)
  })
}

/** A call as the page's link sends it. */
export function call(id: string, path: string, input?: unknown): string {
  return JSON.stringify({ i: id, p: { u: path, b: { json: input } } })
}
