// Loaded beforehand: short time limits of a test leave no room for it.
import '../../../src/main/adapters/docker/dockerode.ts'
import type { Link } from '../../../src/main/adapters/link.ts'
import { openSshLink } from '../../../src/main/adapters/ssh/ssh-link.ts'
import type { Host } from '../../hosts/host.ts'
import { silent } from './ssh/bench.ts'

/** A link to a sandbox host as its operator would have it; nothing of this computer's own SSH configuration is read. */
export const linkTo = (host: Host): Link =>
  openSshLink({
    host: host.name,
    target: { address: host.address4, user: host.user, port: host.sshPort, identityFile: host.identityFile },
    pinned: new Map([[`${host.address4}:${host.sshPort}`, { fingerprint: host.hostKeyFingerprint }]]),
    readPassphrase: async () => undefined,
    configFile: '/dev/null',
    log: silent,
  })
