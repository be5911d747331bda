import { foldName } from '../../../domain/name.ts'
import { listHostIds } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'

/** Ids of the hosts of tenants with these names, in their order; null: the store knows none of that name. */
export async function findHosts(
  { store }: ServiceContext,
  names: readonly string[],
): Promise<(string | null)[]> {
  const hosts = await store.read((db) => listHostIds(db, names))
  return names.map((name) => hosts.get(foldName(name)) ?? null)
}
