import { findProgramFolder } from '../../../core/tenant/start-file.ts'
import { containerSchema, filelessSchema, imageTag, versionLabel } from '../../../domain/host-names.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { imageAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import type { CallOptions } from '../../adapters/link.ts'
import type { HostAccess } from '../host/host-pool.ts'

/**
 * The folder of an image in which memcached is, where a container of it can begin with the host's start file; else null.
 * @param image by its id or tag
 */
export async function findStart(
  access: HostAccess,
  image: string,
  options: CallOptions = {},
): Promise<string | null> {
  if (access.host.mode === 'loopback') return null
  const [{ startFiles }, folder] = await Promise.all([
    access.helper.request<'hello'>({ op: 'hello' }, options),
    observeProgramFolder(access, image),
  ])
  return startFiles ? folder : null
}

/**
 * How containers are made on that host now, of its image for new tenants.
 * @param schema how one was made: nothing is asked where none is made later
 */
export async function observeNewest(access: HostAccess, schema: number): Promise<number> {
  if (schema >= containerSchema) return containerSchema
  const limit = { timeoutMs: access.timeLimits.lookMs }
  try {
    return (await findStart(access, imageTag, limit)) === null ? filelessSchema : containerSchema
  } catch (error) {
    // Without its helper nothing is made there.
    if (error instanceof ProblemError) return filelessSchema
    throw error
  }
}

async function observeProgramFolder({ docker }: HostAccess, image: string): Promise<string | null> {
  const seen = await docker.call(
    'look at the image',
    async (api) => readAnswer(imageAnswer, await api.getImage(image).inspect()),
    { expected: [404] },
  )
  if (seen === undefined) return null
  return findProgramFolder(seen.Config.Labels[versionLabel] !== undefined, seen.Config.Env)
}
