import type { Tenant } from '../../../contract/tenant.ts'
import { type Action, useActions } from '../../frame/actions.tsx'
import type { VerbKind } from './bulk/verbs.ts'
import type { TenantActions } from './use-actions-of-tenants.ts'

interface PaletteOptions {
  readonly selected: readonly Tenant[]
  readonly actions: TenantActions
  readonly toSearch: () => void
}

const verbs: readonly (readonly [VerbKind, string])[] = [
  ['suspend', 'Suspend what is selected'],
  ['resume', 'Resume what is selected'],
  ['restart', 'Restart what is selected'],
  ['allow', 'Allow addresses for what is selected'],
  ['revoke', 'Revoke addresses of what is selected'],
  ['tag', 'Add tags to what is selected'],
  ['delete', 'Delete what is selected'],
]

/** The actions of this screen in the command palette. */
export function useTenantsPalette({ selected, actions, toSearch }: PaletteOptions): void {
  const count = selected.length
  const hint = count === 1 ? '1 tenant' : `${count.toLocaleString('en')} tenants`
  const ofSelected: readonly Action[] =
    count === 0
      ? []
      : [
          ...verbs.map(([kind, title]) => ({
            ...{ id: `tenants.${kind}`, title, hint },
            run: () => actions.start(kind, selected),
          })),
          {
            ...{ id: 'tenants.copy', title: 'Copy the endpoints of what is selected', hint },
            run: () => actions.copyEndpoints(selected),
          },
        ]
  useActions([{ id: 'tenants.search', title: 'Search tenants', keys: 'mod+F', run: toSearch }, ...ofSelected])
}
