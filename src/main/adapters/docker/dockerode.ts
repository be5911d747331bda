import type { Agent } from 'node:http'
import Docker from 'dockerode'
import type { Link } from '../link.ts'
import { createLinkAgent, type LinkAgent, type LinkAgentOptions } from './link-agent.ts'

/** A dockerode over a link, with its own agent. */
export function openDockerode(
  link: Link,
  options?: LinkAgentOptions,
): { readonly docker: Docker } & Pick<LinkAgent, 'destroy' | 'refusal'> {
  const { agent, destroy, refusal } = createLinkAgent(link, options)
  return { docker: createDockerode(agent), destroy, refusal }
}

/** No version is given: the daemon's own counts. */
function createDockerode(agent: Agent): Docker {
  const options: Docker.DockerOptions & { pathPrefix: string; agent: Agent } = {
    protocol: 'http',
    host: 'docker',
    port: 2375,
    pathPrefix: '/',
    agent,
  }
  return withoutDockerHost(() => new Docker(options))
}

/**
 * docker-modem reads the environment even where everything is given to it: a DOCKER_HOST that is no address, or one with
 * DOCKER_CERT_PATH, makes its constructor throw. Without DOCKER_HOST it reads none of the others. Nothing else runs in
 * between, because `make` is synchronous.
 */
function withoutDockerHost<T>(make: () => T): T {
  const given = process.env['DOCKER_HOST']
  if (given === undefined) return make()
  delete process.env['DOCKER_HOST']
  try {
    return make()
  } finally {
    process.env['DOCKER_HOST'] = given
  }
}
