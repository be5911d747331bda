import { pino } from 'pino'
import { callKeytarHere, callKeytarInProcess } from '../../../src/main/adapters/secrets/keytar-calls.ts'
import { openSecrets } from '../../../src/main/adapters/secrets/secrets.ts'

/** Runs where the test has put a keyring (or none), goes through the four calls and prints what it saw as JSON. */
const [, , how = '', limit = '5000'] = process.argv
const folder = process.env['HOME'] ?? ''
const started = performance.now()
const secrets = await openSecrets({
  folder,
  log: pino({ level: 'silent' }),
  limitMs: Number(limit),
  call: how === 'here' ? callKeytarHere : callKeytarInProcess,
})
const account = 'passphrase:/home/ada/.ssh/id_ed25519'
const secret = 'päss "word" $(id)\n\\'
const before = (await secrets.get(account)) ?? null
await secrets.set(account, secret)
const kept = (await secrets.get(account)) === secret
const again = await openSecrets({ folder, log: pino({ level: 'silent' }), limitMs: Number(limit) })
const keptBeyond = (await again.get(account)) === secret
await secrets.delete(account)
const after = (await secrets.get(account)) ?? null
const tookMs = Math.round(performance.now() - started)
process.stdout.write(
  JSON.stringify({ before, kept, keptBeyond, after, where: await secrets.place(), tookMs }),
)
