import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { insertHost } from '../../../src/main/adapters/store/hosts.ts'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { openOwner } from '../../../src/main/control/owner.ts'
import { sampleHost } from '../store/samples.ts'

/** `DIR hold` takes the store and stays; `DIR NAME ROUNDS` takes it, adds a host and lets go, that many times. */
const [, , dataDir = '', name = '', rounds = '0'] = process.argv

async function own() {
  const access = await openOwner(dataDir, { serve: false, waitMs: 60_000 })
  if (access.kind !== 'owner') throw new Error('expected to own the store')
  return access
}

if (name === 'hold') {
  await own()
  process.stdout.write('held\n')
  await setTimeout(600_000)
}
for (let round = 0; round < Number(rounds); round++) {
  const access = await own()
  // A folder can be made once: this throws when two are in here.
  mkdirSync(join(dataDir, 'inside'))
  const store = await openStore(dataDir, { log: pino({ level: 'silent' }) })
  const id = `${name}-${round}`
  await store.write((db) => insertHost(db, sampleHost({ id, name: id })))
  await store.close()
  rmdirSync(join(dataDir, 'inside'))
  access.release()
}
