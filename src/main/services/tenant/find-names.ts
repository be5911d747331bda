import { foldName } from '../../../domain/name.ts'
import { listNameHolders } from '../../adapters/store/tenants.ts'
import { takeInUnknown } from '../../reconcile/take-in-unknown.ts'
import type { ServiceContext } from '../context.ts'

/** Those of the given names that tenants have here, as they were given. Hosts are asked only for what the store does not know. */
export async function findNames(context: ServiceContext, names: readonly string[]): Promise<string[]> {
  await takeInUnknown(context, names)
  const holders = await context.store.read(listNameHolders)
  return names.filter((name) => holders.has(foldName(name)))
}
