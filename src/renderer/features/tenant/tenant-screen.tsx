import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { Tenant } from '../../../contract/tenant.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { Empty } from '../../ui/empty.tsx'
import { Screen } from '../../ui/screen.tsx'
import { LeftoverView } from './leftover-view.tsx'
import { TenantView } from './tenant-view.tsx'

const isLoaded = ({ loaded }: LiveState): boolean => loaded

/** One tenant as it is now, or that there is none any more. */
export function TenantScreen({ id }: { readonly id: string }) {
  const tenant = useLive(
    useMemo(
      () =>
        ({ tenantsById }: LiveState) =>
          tenantsById.get(id),
      [id],
    ),
  )
  const loaded = useLive(isLoaded)
  const [last, setLast] = useState<Tenant>()
  const [mine, setMine] = useState(false)
  if (tenant !== undefined && tenant !== last) setLast(tenant)
  if (tenant !== undefined && tenant.leftover !== null) return <LeftoverView tenant={tenant} />
  if (tenant !== undefined) return <TenantView tenant={tenant} onDelete={() => setMine(true)} />
  if (!loaded) return <Screen title="Tenant">Reading the tenants…</Screen>
  return (
    <Screen wide title={last?.name ?? 'Tenant'}>
      <Empty
        title={last === undefined ? 'There is no such tenant' : `${last.name} is gone`}
        action={
          <Button component={Link} href="/tenants" variant="default" data-autofocus autoFocus>
            All tenants
          </Button>
        }
      >
        {describeGone(last, mine)}
      </Empty>
    </Screen>
  )
}

function describeGone(last: Tenant | undefined, mine: boolean): string {
  if (last === undefined) return 'It was deleted, or the address of this page is not complete.'
  if (mine) return `It is deleted from ${last.host}.`
  return `It was deleted from ${last.host} while you looked at it. The activity list says by whom.`
}
