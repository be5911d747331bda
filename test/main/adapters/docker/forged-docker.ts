import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type DockerApi, openDocker } from '../../../../src/main/adapters/docker/docker.ts'
import { openLocalLink } from '../../../../src/main/adapters/local/local-link.ts'
import { makeFolder } from '../../folder.ts'

/** A socket that answers every request of Docker's API alike, and Docker's API as the program has it over that. */
export async function openForgedDocker(answer: (response: ServerResponse) => void): Promise<DockerApi> {
  const socketPath = join(await makeFolder(), 'docker.sock')
  const server = createServer((_request, response) => answer(response))
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const link = openLocalLink({ host: 'web', socketPath })
  onTestFinished(async () => {
    await link.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return openDocker(link, 'web')
}
