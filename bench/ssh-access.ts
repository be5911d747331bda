import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Link } from '../src/main/adapters/link.ts'
import { openSshLink } from '../src/main/adapters/ssh/ssh-link.ts'
import type { HostFacts } from '../test/hosts/host.ts'

/** The program's own connection to a host, not opened yet, with its key pinned. */
export const openLink = (host: HostFacts): Link =>
  openSshLink({
    host: host.name,
    target: { address: host.address4, user: host.user, identityFile: host.identityFile },
    pinned: new Map([[`${host.address4}:22`, { fingerprint: host.hostKeyFingerprint }]]),
    readPassphrase: async () => undefined,
    configFile: '/dev/null',
    log: pino({ level: 'silent' }),
  })

/** A folder whose `ssh` logs in on sandbox hosts with the given key, for programs that start ssh by its name. */
export async function makeSshFolder(host: HostFacts): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'memharbor-bench-'))
  const config = [
    'Host *',
    `IdentityFile ${host.identityFile}`,
    'IdentityAgent none',
    'BatchMode yes',
    'StrictHostKeyChecking no',
    `UserKnownHostsFile ${path}/known_hosts`,
    'LogLevel ERROR',
  ]
  await writeFile(join(path, 'config'), `${config.join('\n')}\n`)
  await writeFile(join(path, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${path}/config "$@"\n`)
  await chmod(join(path, 'ssh'), 0o755)
  return { path, remove: () => rm(path, { recursive: true }) }
}
