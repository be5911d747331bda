import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { isMenuMessage, type MenuCommand, parseMenuMessage } from '../../contract/menu-command.ts'
import { pagePortChannel } from '../../contract/page-port.ts'
import type { Client } from '../../contract/router.ts'
import { createListeners } from './listeners.ts'
import { createLosing } from './losing.ts'
import type { Loss, PanelConnection } from './panel-connection.ts'

/** The window ends with the program, so a port that is closed without it is a matter of this page. */
const closed: Loss = {
  sentence:
    'Memharbor no longer answers this window. Reload it; if that does not help, start Memharbor again.',
  canReload: true,
}

/** Connects the window's page, over a port that the preload passes to the main process. Once a page load. */
export function connectWindow(): PanelConnection {
  const { port1, port2 } = new MessageChannel()
  const menu = createListeners<MenuCommand>()
  const losing = createLosing()
  port1.addEventListener('message', ({ data }) => {
    const command = isMenuMessage(data) ? parseMenuMessage(data) : undefined
    if (command !== undefined) menu.tell(command)
  })
  port1.addEventListener('close', () => losing.lose(closed))
  const client: Client = createORPCClient(new RPCLink({ port: withoutMenu(port1) }))
  window.postMessage(pagePortChannel, window.location.origin, [port2])
  port1.start()
  return { client, shell: 'window', onLost: losing.onLost, onMenu: menu.add }
}

/** The port as the router's link sees it: what the menu says is none of its answers. */
function withoutMenu(port: MessagePort): Pick<MessagePort, 'addEventListener' | 'postMessage'> {
  const addEventListener = (kind: string, listener: (event: MessageEvent) => void): void => {
    port.addEventListener(kind, (event) => {
      if (!isMenuMessage((event as MessageEvent).data)) listener(event as MessageEvent)
    })
  }
  return {
    addEventListener: addEventListener as MessagePort['addEventListener'],
    postMessage: (message: unknown) => port.postMessage(message),
  }
}
