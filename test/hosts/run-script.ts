import type { HostNamespace } from './host.ts'
import { mustRun } from './run.ts'

/**
 * Runs a script of `sh` on a host as root, up to the first command that fails.
 * @returns what it printed, without space around it
 * @throws Error where a command failed
 */
export const runScript = async ({ namespace }: Pick<HostNamespace, 'namespace'>, script: string) =>
  (await mustRun(namespace.enter(['sh', '-ec', script]))).trim()
