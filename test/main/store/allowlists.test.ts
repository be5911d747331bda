import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { mostAllowEntries, mostHostAllowEntries } from '../../../src/contract/allowlist.ts'
import { mostHostTextBytes } from '../../../src/contract/tenant-texts.ts'
import * as hosts from '../../../src/main/adapters/store/hosts.ts'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { insertTenants, updateTenant } from '../../../src/main/adapters/store/tenants.ts'
import { requireAllowRoom } from '../../../src/main/services/tenant/require-allow-room.ts'
import { requireTextRoom } from '../../../src/main/services/tenant/require-text-room.ts'
import { makeFolder } from '../folder.ts'
import { sampleHost, sampleTenant } from './samples.ts'

const full = Array.from({ length: mostAllowEntries }, (_, at) => ({
  cidr: `10.0.${Math.floor(at / 256)}.${at % 256}/32`,
  label: '',
}))

test('the allowlists of one host have an end together, which those of deleted tenants do not count for', async () => {
  const store = await openStore(await makeFolder(), { log: pino({ level: 'silent' }) })
  onTestFinished(() => store.close())
  const host = sampleHost({ name: 'web1' })
  const many = mostHostAllowEntries / mostAllowEntries
  await store.write((db) => {
    hosts.insertHost(db, host)
    hosts.insertHost(db, sampleHost({ id: 'h2', name: 'web2' }))
    const given = Array.from({ length: many }, (_, at) => sampleTenant(at, { allow: full }))
    insertTenants(db, given)
  })
  await store.read((db) => {
    requireAllowRoom(db, host.id, 0)
    requireAllowRoom(db, 'h2', mostAllowEntries)
    const details = { host: 'web1', entries: mostHostAllowEntries + 1, most: mostHostAllowEntries }
    expect(() => requireAllowRoom(db, host.id, 1)).toThrow(
      expect.objectContaining({ problem: { code: 'ALLOWLISTS_FULL', details } }),
    )
  })
  await store.write((db) => updateTenant(db, 'tenant-0', { phase: 'deleted' }))
  await store.read((db) => requireAllowRoom(db, host.id, mostAllowEntries))
})

test('the notes, tags and labels of one host have an end together, in bytes of UTF-8', async () => {
  const store = await openStore(await makeFolder(), { log: pino({ level: 'silent' }) })
  onTestFinished(() => store.close())
  const host = sampleHost({ name: 'web1' })
  const notes = 'Ж'.repeat(2_000)
  const allow = [{ cidr: '10.0.0.1/32', label: 'é'.repeat(200) }]
  const texts = { notes, allow, tags: [] }
  // The empty list of tags is two bytes in the store.
  const many = Math.floor(mostHostTextBytes / 4_402)
  const left = mostHostTextBytes - many * 4_402
  await store.write((db) => {
    hosts.insertHost(db, host)
    hosts.insertHost(db, sampleHost({ id: 'h2', name: 'web2' }))
    insertTenants(
      db,
      Array.from({ length: many }, (_, at) => sampleTenant(at, texts)),
    )
  })
  await store.read((db) => {
    requireTextRoom(db, 'h2', {}, texts)
    requireTextRoom(db, host.id, {}, { notes: 'x'.repeat(left) })
    requireTextRoom(db, host.id, texts, { ...texts, allow: [] })
    const details = { host: 'web1', bytes: mostHostTextBytes + 1, most: mostHostTextBytes }
    for (const after of [{ notes: 'x'.repeat(left + 1) }, { tags: ['x'.repeat(left + 1)] }])
      expect(() => requireTextRoom(db, host.id, {}, after)).toThrow(
        expect.objectContaining({ problem: { code: 'NOTES_FULL', details } }),
      )
  })
  await store.write((db) => updateTenant(db, 'tenant-0', { phase: 'deleted' }))
  await store.read((db) => requireTextRoom(db, host.id, {}, { notes }))
})
