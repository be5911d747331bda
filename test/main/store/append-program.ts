import { writeSync } from 'node:fs'
import { pino } from 'pino'
import { findHost, insertHost } from '../../../src/main/adapters/store/hosts.ts'
import { insertOperation } from '../../../src/main/adapters/store/operations.ts'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { insertTenant, listTenants } from '../../../src/main/adapters/store/tenants.ts'
import { sampleHost, sampleOperation, sampleTenant } from './samples.ts'

/** Inserts tenants with an operation each, three at a time, and prints their numbers once the store says they are saved. */
const store = await openStore(process.argv[2] ?? '', { log: pino({ level: 'silent' }) })
await store.write((db) => findHost(db, 'host-1') ?? insertHost(db, sampleHost()))
let next = (await store.read((db) => listTenants(db))).length
const append = async (): Promise<void> => {
  for (;;) {
    const number = next++
    await store.write((db) => {
      insertTenant(db, sampleTenant(number, { port: null, notes: 'x'.repeat(2_000) }))
      insertOperation(db, sampleOperation({ id: `operation-${number}`, tenantName: `tenant ${number}` }))
    })
    // Synchronous, so that a number is out before anything else happens.
    writeSync(1, `${number}\n`)
  }
}
await Promise.all([append(), append(), append()])
