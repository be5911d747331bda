import { fileURLToPath } from 'node:url'
import { openSandboxBySudo } from '../by-sudo/open.ts'
import type { Client } from '../client.ts'
import type { Host } from '../host.ts'
import { runningAsRootOnLinux } from '../platform.ts'
import { localSandbox, type Sandbox } from '../sandbox.ts'

/** The word that makes this program the root half of the sandbox. */
export const rootWord = '--root-process'

/** The server that people play with, and two computers on other networks beside it. */
export interface World {
  readonly host: Host
  readonly first: Client
  readonly second: Client
}

/** A sandbox by this process or, for an ordinary user, by this same program started with sudo. */
export const openSandbox = (): Sandbox =>
  runningAsRootOnLinux()
    ? localSandbox()
    : openSandboxBySudo([process.execPath, fileURLToPath(import.meta.url), rootWord])

export const startWorld = async (sandbox: Sandbox): Promise<World> => {
  await sandbox.clearLeftovers()
  const host = await sandbox.startHost({ name: 'sandbox', sudo: 'password' })
  const first = await sandbox.startClient(host, { index: 0 })
  const second = await sandbox.startClient(host, { index: 1 })
  return { host, first, second }
}
