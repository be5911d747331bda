import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useClient } from '../../../rpc/client-context.tsx'
import { useLiveStore } from '../../../rpc/live-context.tsx'
import { type Ended, runEach } from '../../../rpc/run-each.ts'
import { useDesk } from '../desk.tsx'
import { type LeftOut, noBulk } from './bulk-state.ts'
import { carryOut, type Verb, verbWords, whyNot } from './verbs.ts'

/** As many changes of a host at once as the command line makes. */
const atOnce = 8

/** Does a verb with the given tenants; the status bar shows how far it is and how it ended. */
export function useCarryOut(): (verb: Verb, tenants: readonly Tenant[]) => void {
  const client = useClient()
  const live = useLiveStore()
  const { bulk } = useDesk()
  return useCallback(
    function begin(verb: Verb, tenants: readonly Tenant[]): void {
      if (bulk.get().kind === 'running') {
        const message = 'Something else is being done with several tenants. Wait for its end, or stop it.'
        notifications.show({ message, color: 'yellow' })
        return
      }
      const run = async (chosen: readonly Tenant[]): Promise<void> => {
        const leftOut: LeftOut[] = []
        const items = chosen.filter((tenant) => {
          const why = whyNot(verb, tenant)
          if (why !== '') leftOut.push({ tenant, why })
          return why === ''
        })
        const words = verbWords[verb.kind]
        const off = new AbortController()
        const stop = (): void => {
          off.abort()
          bulk.set((now) => (now.kind === 'running' ? { ...now, stopping: true } : now))
        }
        bulk.set({
          kind: 'running',
          words,
          total: items.length,
          begun: 0,
          done: 0,
          failed: 0,
          stopping: false,
          stop,
        })
        const results = await runEach(items, (tenant) => carryOut(client, verb, tenant), {
          hostOf: ({ host }) => host,
          atOnce,
          signal: off.signal,
          onBegun: () => bulk.set((now) => (now.kind === 'running' ? { ...now, begun: now.begun + 1 } : now)),
          onEnded: ({ kind }) =>
            bulk.set((now) =>
              now.kind === 'running'
                ? {
                    ...now,
                    done: now.done + (kind === 'done' ? 1 : 0),
                    failed: now.failed + (kind === 'failed' ? 1 : 0),
                  }
                : now,
            ),
        })
        const [only] = results
        if (chosen.length === 1 && only?.kind === 'done') {
          // The row shows it; there is nothing to read.
          bulk.set(noBulk)
          return
        }
        const suspended = verb.kind === 'suspend' ? results.flatMap(afterwards) : []
        const back = {
          label: `Resume those ${suspended.length.toLocaleString('en')}`,
          run: () => begin({ kind: 'resume' }, suspended),
        }
        bulk.set({
          ...{ kind: 'over', words, results, leftOut },
          // As they are by then: one may have been changed meanwhile, or be gone.
          again: (those) => void run(those.map((each) => live.get().tenantsById.get(each.id) ?? each)),
          back: suspended.length === 0 ? undefined : back,
        })
      }
      void run(tenants)
    },
    [bulk, client, live],
  )
}

/** As the panel answered that it is, which live state may tell a moment later. */
function afterwards(ended: Ended<Tenant, Tenant | undefined>): readonly Tenant[] {
  return ended.kind === 'done' && ended.result !== undefined ? [ended.result] : []
}
