import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app } from 'electron'
import { pino } from 'pino'
import { openSecrets } from '../../src/main/adapters/secrets/secrets.ts'
import { desktopCipher } from '../../src/main/window/desktop-cipher.ts'

/** An application without a window and without keytar: keeps a secret in HOME twice and writes what it saw there. */
const folder = process.env['HOME'] ?? ''
const account = 'passphrase:/home/ada/.ssh/id_ed25519'
const open = () =>
  openSecrets({
    log: pino({ level: 'silent' }),
    folder,
    desktop: desktopCipher,
    call: async () => ({ kind: 'failed', reason: 'there is no keyring' }),
  })

async function look(): Promise<object> {
  const secrets = await open()
  const before = (await secrets.get(account)) ?? null
  const kept = await secrets.set(account, 'päss "word"')
  const again = (await (await open()).get(account)) ?? null
  return { backend: desktopCipher.backend(), before, kept, again, place: await secrets.place() }
}

app
  .whenReady()
  .then(look)
  .catch((error: unknown) => ({ failed: String(error) }))
  .then((seen) => writeFile(join(folder, 'seen.json'), JSON.stringify(seen)))
  .finally(() => app.exit(0))
