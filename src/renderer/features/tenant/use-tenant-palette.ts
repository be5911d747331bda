import type { Tenant } from '../../../contract/tenant.ts'
import { useActions } from '../../frame/actions.tsx'
import { useKeys } from '../../frame/use-keys.ts'
import { copyText } from '../../ui/copy-text.ts'
import { renderEndpoint } from '../../ui/endpoint.ts'
import type { TenantAction } from './actions/tenant-actions.ts'
import type { Neighbours } from './neighbours.ts'
import type { TenantTab } from './tabs/tenant-tabs.tsx'

interface TenantPalette {
  readonly tenant: Tenant
  readonly actions: readonly TenantAction[]
  readonly neighbours: Neighbours | undefined
  readonly onGo: (id: string) => void
  readonly onShow: (tab: TenantTab) => void
  readonly onHandOver: () => void
}

/** Everything on the tenant's screen, for the command palette and by keys. */
export function useTenantPalette(palette: TenantPalette): void {
  const { tenant, actions, neighbours, onGo, onShow, onHandOver } = palette
  const { addresses, port } = tenant
  const endpoint = renderEndpoint(addresses[0], port)
  const goTo = (to: Tenant | undefined) => (): void => {
    if (to !== undefined) onGo(to.id)
  }
  const back = goTo(neighbours?.previous)
  const forth = goTo(neighbours?.next)
  // Not inside of text fields, which need these keys themselves.
  useKeys([
    { keys: '[', run: back, repeats: true },
    { keys: ']', run: forth, repeats: true },
    { keys: 'alt+ArrowUp', run: back, repeats: true },
    { keys: 'alt+ArrowDown', run: forth, repeats: true },
  ])
  useActions([
    ...actions
      .filter(({ ready }) => ready)
      .map(({ id, title, sentence, keys, run }) => ({
        id: `tenant.${id}`,
        // Without its name, so that typing that finds the tenant and nothing that changes it.
        title: `${title} this tenant`.replace(/^(Change the .*) this tenant$/, '$1'),
        hint: sentence,
        ...(keys === undefined ? {} : { keys }),
        run,
      })),
    { id: 'tenant.hand-over', title: 'Hand this tenant over', keys: 'mod+alt+H', run: onHandOver },
    ...(endpoint === ''
      ? []
      : [
          {
            ...{ id: 'tenant.copy', title: 'Copy endpoint', hint: endpoint, keys: 'mod+alt+C' },
            run: () => void copyText(endpoint, endpoint),
          },
        ]),
    { id: 'tenant.connect', title: 'Show examples', run: () => onShow('Connect') },
    { id: 'tenant.activity', title: 'Show activity', run: () => onShow('Activity') },
    { id: 'tenant.logs', title: 'Show log', run: () => onShow('Logs') },
    { id: 'tenant.settings', title: 'Show notes and settings', run: () => onShow('Settings') },
    ...(neighbours?.next === undefined
      ? []
      : [{ id: 'tenant.next', title: 'Next tenant', hint: neighbours.next.name, run: forth }]),
    ...(neighbours?.previous === undefined
      ? []
      : [{ id: 'tenant.previous', title: 'Previous tenant', hint: neighbours.previous.name, run: back }]),
  ])
}
