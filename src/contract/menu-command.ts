import { z } from 'zod'

/** Commands of the window's menu to the page. A page in a browser has its own shortcuts for the same. */
const menuCommand = z.enum(['new-tenant', 'find', 'palette', 'settings', 'about'])

export type MenuCommand = z.infer<typeof menuCommand>

/** Begins a message of the menu on the page's port; answers of the router begin with their id, `{"i":…`. */
const start = '{"menu":'

const menuMessage = z.strictObject({ menu: menuCommand })

/** `{"menu":"find"}` */
export function renderMenuMessage(menu: MenuCommand): string {
  return JSON.stringify({ menu } satisfies z.infer<typeof menuMessage>)
}

/** Whether a message is the menu's and not an answer of the router. Cheap, because every answer is looked at. */
export function isMenuMessage(data: unknown): data is string {
  return typeof data === 'string' && data.startsWith(start)
}

/** The command of a message of the menu; undefined when this page does not know it. */
export function parseMenuMessage(message: string): MenuCommand | undefined {
  return menuMessage.safeParse(JSON.parse(message)).data?.menu
}
