import { existsSync } from 'node:fs'
import { type CachedRoot, ensureRoot } from '../live/cache-root.ts'
import { isInstalled, skipReason } from '../platform.ts'

/** Programs that make the disk and run the machine, and the Debian package of each. */
const programs = {
  debootstrap: 'debootstrap',
  'apt-get': 'apt',
  'mkfs.ext4': 'e2fsprogs',
  'qemu-system-x86_64': 'qemu-system-x86',
}

const platformReason = (): string | null => {
  const reason = skipReason()
  if (reason !== null) return reason
  if (process.arch !== 'x64') return 'needs a machine with an x86-64 processor'
  const missing = Object.entries(programs).filter(([program]) => !isInstalled(program))
  if (missing.length > 0) return `needs ${missing.map(([, name]) => name).join(', ')}`
  return existsSync('/dev/net/tun') ? null : 'needs /dev/net/tun'
}

/** The root for emulated hosts, made if it is missing, or why there can be none. For the name of a skipped suite. */
export const observeEmulatedRoot = async (): Promise<CachedRoot> => {
  const reason = platformReason()
  if (reason !== null) return { kind: 'unavailable', reason }
  return await ensureRoot({ suite: 'forky', packages: ['linux-image-cloud-amd64'] })
}
