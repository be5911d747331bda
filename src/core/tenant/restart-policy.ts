import { read } from './read-made.ts'

/**
 * The restart policy of tenants' containers. A Docker that was killed (out of memory, a crash) ends what it finds running
 * when it starts again, and takes that for the operator's wish where the policy is `unless-stopped`.
 */
export const restartPolicy = { Name: 'always' } as const

/** Whether Docker starts a container again after it was killed itself, by the `HostConfig` of that container. */
export const comesBack = (host: unknown): boolean =>
  read(host, 'RestartPolicy', 'Name') === restartPolicy.Name
