import { listCidrs } from '../../../src/core/plan/closing.ts'
import { openTenantWorld, putByAnother, recordOf, type TenantWorld } from '../memory-world.ts'
import { problemOf } from '../panel.ts'

/** An entry that another panel has written, and that this one does not know. */
export const theirs = '198.51.100.78/32'

/** On no list. */
export const nowhere = '198.51.100.79/32'

/** A tenant from which entries that this panel knows are revoked together with others. */
export interface TwoPartWorld {
  readonly world: TenantWorld
  /** Of an entry that this panel knows. */
  readonly cidr: string
  readonly label: string
  /** The problem that a revoke of these ends with. */
  revoke(...cidrs: string[]): ReturnType<typeof problemOf>
  /** The cidrs that the host lets in. */
  listed(): string[]
  /** The revokes of the log, each with its entries. */
  log(): Promise<RevokeOfLog[]>
}

type Logged = Awaited<ReturnType<TenantWorld['client']['activity']['list']>>[number]
type RevokeOfLog = Logged & { readonly cidrs: string }

export const openTwoPartWorld = async (): Promise<TwoPartWorld> => {
  const world = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
  const { client, name } = world
  const [known] = recordOf(world).allow
  if (known === undefined) throw new Error('the tenant lets nobody in')
  putByAnother(world, { allow: [...recordOf(world).allow, { cidr: theirs, label: 'theirs' }] })
  return {
    world,
    ...known,
    revoke: (...cidrs) => problemOf(client.tenant.revoke({ name, cidrs })),
    listed: () => recordOf(world).allow.map((entry) => entry.cidr),
    async log() {
      const all = await client.activity.list({ tenant: name, limit: 10 })
      return all
        .filter(({ kind }) => kind === 'tenant revoke')
        .map((each) => ({ ...each, cidrs: listCidrs(each.before).join() }))
    },
  }
}
