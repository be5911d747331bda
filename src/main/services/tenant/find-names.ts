import { foldName } from '../../../domain/name.ts'
import { listNameHolders } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'

/** Those of the given names that tenants have here, as they were given. The store alone is asked. */
export async function findNames({ store }: ServiceContext, names: readonly string[]): Promise<string[]> {
  const holders = await store.read(listNameHolders)
  return names.filter((name) => holders.has(foldName(name)))
}
