import { accessSync, constants } from 'node:fs'
import { environment } from './run.ts'

/** The programs that make a sandbox host, each with its Debian package. */
const sandboxPrograms: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  iptables: 'iptables',
  ipset: 'ipset',
  ip: 'iproute2',
  sshd: 'openssh-server',
  memcached: 'memcached',
  sudo: 'sudo',
  conntrack: 'conntrack',
  nc: 'netcat-openbsd',
  python3: 'python3',
}

export const isInstalled = (program: string): boolean =>
  environment.PATH.split(':').some((directory) => {
    try {
      accessSync(`${directory}/${program}`, constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** Namespaces are made by root on Linux and nowhere else. */
export const runningAsRootOnLinux = (): boolean => process.platform === 'linux' && process.getuid?.() === 0

/** Why real hosts can't be made here, or null when they can. For the name of a skipped suite. */
export const skipReason = (): string | null => {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root'
  const missing = Object.keys(sandboxPrograms).filter((program) => !isInstalled(program))
  return missing.length === 0 ? null : `needs ${missing.join(', ')}`
}
