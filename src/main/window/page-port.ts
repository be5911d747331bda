import { RPCHandler } from '@orpc/server/message-port'
import { type IpcMainEvent, ipcMain, type MessagePortMain, type WebContents } from 'electron'
import { type MenuCommand, renderMenuMessage } from '../../contract/menu-command.ts'
import { pagePortChannel } from '../../contract/page-port.ts'
import { isPageMessage } from '../page/page-message.ts'
import { renderForPage } from '../page/page-text.ts'
import { type RouterContext, router } from '../router.ts'

/** The part of a port that the handler uses, as `SupportedMessagePort` of oRPC has it. */
type Port = Parameters<RPCHandler<RouterContext>['upgrade']>[0]

/** The window's page, seen from here. */
export interface PagePorts {
  /** Tells the page what was chosen in the menu. */
  send(command: MenuCommand): void
  /** Ends the page's calls and accepts no more. */
  close(): void
}

/**
 * Answers the ports that the window's page sends: those of its top frame, while that shows our origin, one at a time.
 * Ports of anybody else are closed unread.
 */
export function acceptPagePorts(contents: WebContents, origin: string, context: RouterContext): PagePorts {
  const handler = new RPCHandler<RouterContext>(router)
  const { log } = context.services
  const open = new Set<MessagePortMain>()
  const accept = (event: IpcMainEvent): void => {
    const [port, ...others] = event.ports
    if (!isOurPage(event, contents, origin) || port === undefined || others.length > 0) {
      log.warn({ url: event.senderFrame?.url }, 'a port of another page was refused')
      for (const each of event.ports) each.close()
      return
    }
    // A new load of the page leaves the old one's calls behind.
    for (const old of open) old.close()
    open.clear()
    open.add(port)
    port.once('close', () => open.delete(port))
    const hasLeft = (): boolean => !open.has(port)
    const refuse = (): void => {
      log.warn('the page sent a message that is none of ours; its port was closed')
      port.close()
    }
    handler.upgrade(checkMessages(port, refuse), { context: { ...context, hasLeft } })
    port.start()
  }
  ipcMain.on(pagePortChannel, accept)
  return {
    send(command) {
      for (const port of open) port.postMessage(renderMenuMessage(command))
    },
    close() {
      ipcMain.off(pagePortChannel, accept)
      for (const port of open) port.close()
    },
  }
}

function isOurPage({ sender, senderFrame }: IpcMainEvent, contents: WebContents, origin: string): boolean {
  return (
    sender === contents &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    senderFrame.origin === origin
  )
}

/** The port, but only for messages of the right shape. */
function checkMessages(port: MessagePortMain, refuse: () => void): Port {
  return {
    on(event: string, callback: (event?: { data: unknown }) => void) {
      if (event === 'close') port.on('close', () => callback())
      if (event !== 'message') return
      port.on('message', ({ data }: { data: unknown }) =>
        isPageMessage(data) ? callback({ data }) : refuse(),
      )
    },
    postMessage: (data: unknown) => port.postMessage(renderForPage(data)),
  }
}
