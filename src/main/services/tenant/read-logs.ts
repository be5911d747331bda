import type { TenantLog } from '../../../contract/tenant.ts'
import { containerName } from '../../../domain/host-names.ts'
import { containerAnswer, logAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import { ofLog } from '../../adapters/docker/docker.ts'
import { parseDockerLog } from '../../adapters/docker/log.ts'
import type { ServiceContext } from '../context.ts'
import { requireTenant, type TenantRef } from './find-tenant.ts'
import { observeEnd } from './observe-end.ts'

/** The latest output of the tenant's container, and how it ended the last time. */
export async function readLogs(
  context: ServiceContext,
  input: TenantRef & { lines?: number | undefined },
): Promise<TenantLog> {
  const { tenant, host } = await context.store.read((db) => requireTenant(db, input))
  const access = context.hosts.access(host)
  const { docker } = access
  const name = containerName(tenant.id)
  const options = { stdout: true, stderr: true, tail: input.lines ?? 100 }
  const [inspected, log] = await Promise.all([
    docker.call(
      'look at the container',
      async (api) => readAnswer(containerAnswer, await api.getContainer(name).inspect()),
      { expected: [404] },
    ),
    docker.call(
      'read the log',
      async (api) => readAnswer(logAnswer, await api.getContainer(name).logs(options)),
      { bounds: ofLog, expected: [404] },
    ),
  ])
  if (inspected === undefined) return { text: '', restarts: 0, lastExit: null }
  const { RestartCount: restarts, State } = inspected
  const text = log === undefined ? '' : parseDockerLog(log)
  const end = await observeEnd(access, inspected)
  if (end === null) return { text, restarts, lastExit: null }
  const { status, outOfMemory, at, dockerBegan } = end
  const lastExit = { status, outOfMemory, withDocker: dockerBegan !== null, at, error: State.Error }
  return { text, restarts, lastExit }
}
