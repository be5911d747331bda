import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { noSessionCode, pagePaths } from '../../contract/page-session.ts'
import type { Client } from '../../contract/router.ts'
import { createLosing } from './losing.ts'
import { type PanelConnection, panelEnded } from './panel-connection.ts'
import {
  answerOtherTabs,
  findSession,
  findSessionByOtherTab,
  followNewLinks,
  forgetSession,
} from './session.ts'

const noSession =
  'This tab has not been let in. Open the link that the panel printed where it was started; for a new link press Enter there.'

/** Connects a page that a browser shows, over a socket that begins with its session. Once a page load. */
export function connectBrowser(): PanelConnection {
  const { onLost, lose } = createLosing()
  const opening = openSocket()
  followNewLinks()
  opening.then(
    (socket) => {
      // It may be closed already.
      if (socket.readyState > socket.OPEN) lose(panelEnded)
      socket.addEventListener('close', () => lose(panelEnded))
    },
    (error: unknown) => lose(error instanceof Error ? error.message : panelEnded),
  )
  const linked = opening.then((websocket) => new RPCLink({ websocket }))
  // What is called before the socket is open waits for it.
  const link: ClientLink<ClientContext> = {
    call: async (path, input, options) => (await linked).call(path, input, options),
  }
  const client: Client = createORPCClient(link)
  return { client, shell: 'browser', onLost, onMenu: () => () => {} }
}

/** @throws Error with a sentence for people */
async function openSocket(): Promise<WebSocket> {
  const kept = await findSession()
  if (kept === undefined) throw new Error(noSession)
  const first = await tryOpen(kept)
  if (first.kind === 'open') return first.socket
  if (first.kind === 'gone') throw new Error(panelEnded)
  // The session is of an earlier run of the program; another tab may have one of this run.
  forgetSession()
  const given = await findSessionByOtherTab()
  const second = given === undefined ? undefined : await tryOpen(given)
  if (second?.kind !== 'open') throw new Error(noSession)
  return second.socket
}

type Opened = { kind: 'open'; socket: WebSocket } | { kind: 'refused' } | { kind: 'gone' }

/** The server answers a good session with one message, and closes the socket for any other. */
function tryOpen(session: string): Promise<Opened> {
  const address = new URL(pagePaths.socket, window.location.href)
  address.protocol = 'ws:'
  const socket = new WebSocket(address)
  return new Promise((resolve) => {
    socket.addEventListener('open', () => socket.send(JSON.stringify({ session })), { once: true })
    socket.addEventListener(
      'message',
      () => {
        answerOtherTabs(session)
        resolve({ kind: 'open', socket })
      },
      { once: true },
    )
    socket.addEventListener(
      'close',
      ({ code }) => resolve({ kind: code === noSessionCode ? 'refused' : 'gone' }),
      { once: true },
    )
  })
}
