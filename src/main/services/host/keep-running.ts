import { restartPolicy } from '../../../core/tenant/restart-policy.ts'
import { tenantLabel } from '../../../domain/host-names.ts'
import { containerEntry } from '../../adapters/docker/answers.ts'
import { inPieces } from '../../adapters/docker/docker.ts'
import { readList } from '../../adapters/docker/read-list.ts'
import { sortListed } from '../tenant/sort-listed.ts'
import type { HostAccess } from './host-pool.ts'

/** An update writes a file for each container, which takes a busy host seconds. */
const timeoutMs = 60_000

/**
 * Gives all containers of tenants the restart policy that new ones get, as they run: nothing in them is lost. All, because
 * a plan has looked at some hundred of them only.
 * @throws ProblemError DOCKER_FAILED and what the connection says
 */
export async function keepRunning(access: HostAccess): Promise<void> {
  const { docker, seen } = access
  const listed = await docker.call(
    'list the containers',
    (api) => readList(api, { path: '/containers/json', filters: { label: [tenantLabel] } }, containerEntry),
    { bounds: inPieces },
  )
  const { named, renamed } = await sortListed(access, listed)
  await Promise.all(
    [...named, ...renamed].map(async ({ Id }) => {
      await docker.call(
        'change the restart policy',
        (api) => api.getContainer(Id).update({ RestartPolicy: restartPolicy }),
        // A container that is being removed, or is gone by now, is restarted by nobody.
        { timeoutMs, expected: [404, 409] },
      )
      seen.made.delete(Id)
    }),
  )
}
