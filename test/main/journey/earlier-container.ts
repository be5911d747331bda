import { expect } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'

/** Runs docker on the host; what it prints, without space around it. */
export async function runDocker(host: HostNamespace, ...argv: string[]): Promise<string> {
  const { status, stdout, stderr } = await host.exec(['docker', ...argv])
  expect({ argv, status, stderr }).toMatchObject({ status: 0 })
  return stdout.trim()
}

/** Puts a container as version 0.1.0 made its first ones in the place of a tenant's, by Docker's own command line. */
export async function replaceByEarlier(
  host: HostNamespace,
  tenant: { readonly id: string; readonly port: number; readonly memoryMb: number },
): Promise<void> {
  const { id, port, memoryMb } = tenant
  const name = `memharbor-${id}`
  const image = await runDocker(host, 'inspect', '-f', '{{.Image}}', name)
  await runDocker(host, 'rm', '-f', name)
  const labels = [`tenant=${id}`, 'schema=1', 'owned=1'].flatMap((label) => [
    '--label',
    `io.memharbor.${label}`,
  ])
  const limit = `${memoryMb + Math.ceil(memoryMb / 6) + 16}m`
  await runDocker(
    host,
    ...['run', '-d', '--name', name, '--network', 'memharbor-1', '--user', '11211:11211', ...labels],
    ...['0.0.0.0', '[::]'].flatMap((address) => ['-p', `${address}:${port}:11211`]),
    ...['--memory', limit, '--memory-swap', limit, '--read-only', '--cap-drop', 'ALL'],
    ...['--pids-limit', '64', '--ulimit', 'nofile=1088:1088', '--restart', 'unless-stopped'],
    ...['--security-opt', 'no-new-privileges'],
    ...['--log-driver', 'local', '--log-opt', 'max-size=1m', '--log-opt', 'max-file=2'],
    ...[image, '-m', String(memoryMb), '-c', '1024', '-p', '11211', '-U', '0'],
  )
}
