import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { noSessionCode, pagePaths } from '../../contract/page-session.ts'
import type { Client } from '../../contract/router.ts'
import { createLosing } from './losing.ts'
import type { Loss, PanelConnection } from './panel-connection.ts'
import {
  answerOtherTabs,
  findSession,
  findSessionByOtherTab,
  followNewLinks,
  forgetSession,
} from './session.ts'

const noSession: Loss = {
  sentence:
    'This tab has not been let in. Open the link that the panel printed where it was started; for a new link press Enter there.',
  canReload: true,
}

/** Each start has a link of its own. */
const panelEnded: Loss = {
  sentence: 'The panel has ended. Start it again, and open the link that it prints.',
  canReload: false,
}

/** Connects a page that a browser shows, over a socket that begins with its session. Once a page load. */
export function connectBrowser(): PanelConnection {
  const { onLost, lose } = createLosing()
  followNewLinks()
  const linked = openSocket().then((opened) => {
    if (opened.kind === 'lost') {
      lose(opened.loss)
      throw new Error(opened.loss.sentence)
    }
    const { socket } = opened
    // It may be closed already.
    if (socket.readyState > socket.OPEN) lose(panelEnded)
    socket.addEventListener('close', () => lose(panelEnded))
    return new RPCLink({ websocket: socket })
  })
  linked.catch(() => {})
  // Calls made before the socket is open wait for it.
  const link: ClientLink<ClientContext> = {
    call: async (path, input, options) => (await linked).call(path, input, options),
  }
  const client: Client = createORPCClient(link)
  return { client, shell: 'browser', onLost, onMenu: () => () => {} }
}

async function openSocket(): Promise<{ kind: 'open'; socket: WebSocket } | { kind: 'lost'; loss: Loss }> {
  const kept = await findSession()
  if (kept === undefined) return { kind: 'lost', loss: noSession }
  const first = await tryOpen(kept)
  if (first.kind === 'open') return first
  if (first.kind === 'gone') return { kind: 'lost', loss: panelEnded }
  // The session is of an earlier run of the program; another tab may have one of this run.
  forgetSession()
  const given = await findSessionByOtherTab()
  const second = given === undefined ? undefined : await tryOpen(given)
  return second?.kind === 'open' ? second : { kind: 'lost', loss: noSession }
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
