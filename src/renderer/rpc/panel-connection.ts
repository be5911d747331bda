import type { MenuCommand } from '../../contract/menu-command.ts'
import type { Client } from '../../contract/router.ts'

/** Why there is nobody behind the page any more. */
export interface Loss {
  /** The reason, and what to do. */
  readonly sentence: string
  /** Whether a new load of the page may connect again. Where the program has ended, that would only be an error page. */
  readonly canReload: boolean
}

/** A page's way to the program behind it. */
export interface PanelConnection {
  readonly client: Client
  /** The shell around the page. Only a window has a menu of its own. */
  readonly shell: 'window' | 'browser'
  /**
   * Tells once that the program behind the page is gone, or that this page may not use it; at once if that is so already.
   * Calls fail from then on.
   * @returns ends the telling
   */
  readonly onLost: (listener: (loss: Loss) => void) => () => void
  /**
   * Tells what was chosen in the window's menu; never in a browser.
   * @returns ends the telling
   */
  readonly onMenu: (listener: (command: MenuCommand) => void) => () => void
}
