import { fileURLToPath } from 'node:url'
import { openSandboxBySudo } from '../by-sudo/open.ts'
import type { Client } from '../client.ts'
import type { Host } from '../host.ts'
import { runningAsRootOnLinux } from '../platform.ts'
import { localSandbox, type Sandbox } from '../sandbox.ts'
import { forPanel } from './for-panel.ts'

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
    : openSandboxBySudo([process.execPath, fileURLToPath(import.meta.url), rootWord], { mayAsk: !forPanel })

/** The server's user has to give sudo a password, as on most servers. Nothing is begun after `signal` is aborted. */
export const startWorld = async (sandbox: Sandbox, signal: AbortSignal): Promise<World> => {
  const host = await sandbox.startHost({ name: 'sandbox', sudo: 'password' })
  signal.throwIfAborted()
  const first = await sandbox.startClient(host, { index: 0 })
  signal.throwIfAborted()
  const second = await sandbox.startClient(host, { index: 1 })
  signal.throwIfAborted()
  return { host, first, second }
}
