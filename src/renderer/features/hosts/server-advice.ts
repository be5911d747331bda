import type { HostStatus } from '../../../contract/panel.ts'

type Doubt = NonNullable<HostStatus['server']>

/** A step that the page offers about a host that is not taken for the server that it was. */
export type ServerStep = 'take' | 'edit' | 'prepare' | 'remove'

/** The same as the program's advice, without commands of this panel: what to do, and what is offered, the first first. */
export function adviseOnServer(
  name: string,
  server: Doubt,
): { readonly todo: string; readonly offers: readonly ServerStep[] } {
  if (server.kind === 'replaced') {
    const todo = `If it shall be ${name} from now on, take it: what that means is said first. Else give ${name} the address of its own server again.`
    return { todo, offers: ['take', 'edit'] }
  }
  switch (server.isSame) {
    case true:
      return { todo: `Keep one of them: remove ${name} from this panel.`, offers: ['remove'] }
    case false:
      return {
        todo: `To use it as a server of its own, run \`sudo rm -r /var/lib/memharbor\` on ${name}, not on ${server.other}, then prepare it. Else remove ${name} from this panel.`,
        offers: ['prepare', 'remove'],
      }
    case null:
      return {
        todo: `Check again when both answer: that tells which. If it is the same server, remove ${name} from this panel.`,
        offers: ['remove'],
      }
  }
}
