import { ipcRenderer } from 'electron'
import { pagePortChannel } from '../contract/page-port.ts'

/**
 * Passes one MessagePort of the page on to the main process, once a page load. Nothing is exposed to the page: it has
 * no object of Electron's, only the port it made itself.
 */
function passPort(event: MessageEvent<unknown>): void {
  const [port] = event.ports
  if (event.source !== window || event.data !== pagePortChannel || port === undefined) return
  window.removeEventListener('message', passPort)
  ipcRenderer.postMessage(pagePortChannel, null, [port])
}

window.addEventListener('message', passPort)
