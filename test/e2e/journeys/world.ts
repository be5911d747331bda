import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../../hosts/client.ts'
import { startClient } from '../../hosts/client.ts'
import { type Host, startHost } from '../../hosts/host.ts'
import { openPlainUser, type PlainUser } from '../plain-user.ts'

/** A server over SSH that nobody has prepared, a tenant's computer beside it, and the operator with the keys to it. */
export interface World {
  readonly host: Host
  /** Where the tenant's programs run. */
  readonly client: Client
  readonly user: PlainUser
  /** Private keys that the operator can read, one of them encrypted. */
  readonly identityFile: string
  readonly encryptedIdentityFile: string
  stop(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const user = await openPlainUser()
  const host = await startHost({ name: 'web1' })
  const client = await startClient(host, { index: 0 })
  const keep = async (from: string, name: string): Promise<string> => {
    const path = join(user.home, name)
    await copyFile(from, path)
    await user.own(path)
    return path
  }
  return {
    host,
    client,
    user,
    identityFile: await keep(host.identityFile, 'key'),
    encryptedIdentityFile: await keep(host.encryptedIdentityFile, 'encrypted-key'),
    async stop() {
      await client.stop()
      await host.stop()
      await user.remove()
    },
  }
}

/** A folder for a store that only the operator can read. */
export async function makeDataDir({ user }: Pick<World, 'user'>, name = 'data'): Promise<string> {
  const path = join(user.home, name)
  await mkdir(path, { mode: 0o700 })
  await user.own(path)
  return path
}
