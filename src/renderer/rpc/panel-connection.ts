import type { MenuCommand } from '../../contract/menu-command.ts'
import type { Client } from '../../contract/router.ts'

/** A page's way to the program behind it. */
export interface PanelConnection {
  readonly client: Client
  /** Who shows the page. Only a window has a menu of its own. */
  readonly shell: 'window' | 'browser'
  /**
   * Tells once, with why and what to do in sentences, that the program behind the page is gone, or that this page may not
   * use it; at once if that is so already. Calls fail from then on; a new load of the page connects again.
   * @returns ends the telling
   */
  readonly onLost: (listener: (sentence: string) => void) => () => void
  /**
   * Tells what was chosen in the window's menu; never in a browser.
   * @returns ends the telling
   */
  readonly onMenu: (listener: (command: MenuCommand) => void) => () => void
}

/** The sentence for `onLost` when the program has ended. */
export const panelEnded = 'The panel has ended. Start it again, then reload.'
