import { describeProblem } from '../../../domain/describe-problem.ts'
import { containerName, foreignSchema, imageTag, readSchema } from '../../../domain/host-names.ts'
import { describeUpgrade, type Upgrade } from '../../../domain/upgrade.ts'
import { containerAnswer, imageAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { readMemcachedVersion } from '../host/observe-docker.ts'
import { attempt } from '../host/observe-host.ts'
import { observeMaking } from './observe-made.ts'
import { observeNewest } from './observe-start.ts'

const answerWithin = { timeoutMs: 5_000 }

/** Whether upgrading the tenant would change anything: which image its container has, and which is the host's own now. */
export async function observeUpgrade(access: HostAccess, tenantId: string): Promise<Upgrade> {
  const seen = await attempt(observeImages(access, tenantId))
  return seen.kind === 'ok'
    ? describeUpgrade(seen.value.container, seen.value.image)
    : { available: false, sentence: describeProblem(seen.problem).message }
}

async function observeImages(access: HostAccess, tenantId: string) {
  const { docker } = access
  const [container, image, making] = await Promise.all([
    // By its name: others may carry its label.
    docker.call(
      'look at the container',
      async (api) => readAnswer(containerAnswer, await api.getContainer(containerName(tenantId)).inspect()),
      { ...answerWithin, expected: [404] },
    ),
    docker.call(
      'look at the image',
      async (api) => readAnswer(imageAnswer, await api.getImage(imageTag).inspect()),
      {
        ...answerWithin,
        expected: [404],
      },
    ),
    observeMaking(access, containerName(tenantId)),
  ])
  return {
    // A container has the labels of the image that it was made from.
    container:
      container === undefined
        ? null
        : {
            id: container.Image,
            memcached: readMemcachedVersion({ Labels: container.Config.Labels }),
            newest: await observeNewest(access, readSchema(container.Config.Labels)),
            schema: (making?.parts ?? []).length > 0 ? foreignSchema : readSchema(container.Config.Labels),
          },
    image: image === undefined ? null : { id: image.Id, memcached: readMemcachedVersion(image.Config) },
  }
}
