import type { Host } from '../../../contract/host.ts'
import { listHosts as listStored } from '../../adapters/store/hosts.ts'
import type { ServiceContext } from '../context.ts'
import { viewHost } from './view-host.ts'

/** All hosts by name, as the store knows them; none is asked. */
export function listHosts({ store }: ServiceContext): Promise<Host[]> {
  return store.read((db) => listStored(db).map((host) => viewHost(db, host)))
}
