import Docker from 'dockerode'
import { renderContainerOptions } from '../src/domain/container-options.ts'
import { containerName, imageTag } from '../src/domain/host-names.ts'
import type { HostNamespace } from '../test/hosts/host.ts'

/** A host's Docker by itself: its API over the local socket and nothing of this program between. */
export interface Engine {
  /** Creates and starts a container with the very options that a tenant's container gets. */
  create(id: string, port: number): Promise<void>
  remove(id: string): Promise<void>
}

export async function openEngine(host: HostNamespace, memoryMb: number): Promise<Engine> {
  const docker = new Docker({ socketPath: host.dockerSocket })
  const image = (await docker.getImage(imageTag).inspect()).Id
  return {
    async create(id, port) {
      const wish = { tenantId: id, port, network: 1, memoryMb, maxConnections: 1024, image }
      const { Labels: _, ...options } = renderContainerOptions({
        ...wish,
        publish: 'public',
        programFolder: null,
      })
      const container = await docker.createContainer(options)
      await container.start()
    },
    remove: (id) => docker.getContainer(containerName(id)).remove({ force: true, v: true }),
  }
}
