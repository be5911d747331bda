import { shellMetaName } from '../../contract/page-session.ts'
import { connectBrowser } from './connect-browser.ts'
import { connectWindow } from './connect-window.ts'
import type { PanelConnection } from './panel-connection.ts'

export type { PanelConnection } from './panel-connection.ts'

/** Connects this page to the program behind it, once a page load. The document says who shows it. */
export function openClient(): PanelConnection {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="${shellMetaName}"]`)
  return meta?.content === 'browser' ? connectBrowser() : connectWindow()
}
