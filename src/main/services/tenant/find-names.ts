import { foldName } from '../../../domain/name.ts'
import { observeNames } from '../../reconcile/take-in-unknown.ts'
import type { ServiceContext } from '../context.ts'

/** The given names that tenants have, as they were given. Hosts are asked only for names that the store lacks. */
export async function findNames(context: ServiceContext, names: readonly string[]): Promise<string[]> {
  const there = await observeNames(context, names)
  return names.filter((name) => there.has(foldName(name)))
}
