import { createHash } from 'node:crypto'
import { parseName, parseTags } from '../../src/domain/name.ts'
import { insertHost, neverConfirmed, type StoredHost } from '../../src/main/adapters/store/hosts.ts'
import type { Store } from '../../src/main/adapters/store/store.ts'
import { insertTenants, type StoredTenant } from '../../src/main/adapters/store/tenants.ts'

/** The hosts of the seeded store, by the documentation's addresses. */
export const seededHosts = [
  { name: 'fra1', address: '203.0.113.10', publicAddress: 'fra1.cache.example.net' },
  { name: 'nyc1', address: '198.51.100.20', publicAddress: null },
  { name: 'sgp1', address: '192.0.2.30', publicAddress: 'sgp1.cache.example.net' },
  { name: 'tor1', address: '203.0.113.40', publicAddress: null },
] as const

const businesses =
  'acme atlas aurora bakery basalt beacon birch boxoffice brightline canvas cedar checkout cinder clover cobalt comet coral courier dahlia delta ember fable falcon fern forge garnet glacier granite harbor hazel heron indigo iris jasper juniper kestrel lantern larch lichen linden lumen maple marlin meadow mercury nimbus northwind oak onyx orbit orchid osprey palm pebble pepper pine plover poplar prism quartz quill rainier raven reef river robin rowan saffron sage sequoia shale sierra sparrow spruce summit tamarack tempo thistle tidal topaz tulip umbra vale vega velvet violet walnut willow wren yarrow zephyr'.split(
    ' ',
  )
const services =
  'api shop web app sessions search feed blog cart mail media ads jobs auth catalog chat cms crm'.split(' ')
const written = [
  'Müller@laden.example',
  'Société Générique',
  'Ελιά.shop',
  'Кофейня-Север',
  'さくら商店',
  '카페 바다',
  '北京书店',
  'São João',
  'Łódź.app',
  'Åre Fjäll',
  'متجر.النور',
  'ספריה-ירוקה',
] as const
const tagSets = [
  ['production'],
  ['production', 'eu'],
  ['staging'],
  ['trial'],
  [],
  ['production', 'vip'],
  ['internal'],
]
const labels = ['office', 'web servers', 'workers', 'backup site', 'vpn', 'ci', '']
const sizes = [64, 64, 64, 64, 128, 128, 256, 256, 512, 1024, 2048]

/** The fate of a seeded tenant on its host. */
export type SeededFate = 'running' | 'suspended' | 'stopped' | 'failed'

/** One in 50 is suspended, few are not well: the same ones every time. */
export function fateOf({ id }: Pick<StoredTenant, 'id'>): SeededFate {
  const chance = draw(id, 'fate', 1_000)
  if (chance < 4) return 'failed'
  if (chance < 12) return 'stopped'
  return chance < 32 ? 'suspended' : 'running'
}

/**
 * Fills an empty store with four hosts and so many believable tenants, the same ones every time.
 * @param count up to 40,000, because a host has 10,000 ports
 * @returns the hosts and the tenants as they are in the store
 */
export async function seedTenants(
  store: Store,
  count: number,
): Promise<{ hosts: StoredHost[]; tenants: StoredTenant[] }> {
  const hosts = seededHosts.map((host, index) => renderHost(host, index))
  const tenants = Array.from({ length: count }, (_, number) => renderTenant(number, hosts))
  await store.write((db) => {
    for (const host of hosts) insertHost(db, host)
    insertTenants(db, tenants)
  })
  return { hosts, tenants }
}

function renderHost(
  { name, address, publicAddress }: (typeof seededHosts)[number],
  index: number,
): StoredHost {
  return {
    id: `memoryhost0${index}`,
    name,
    target: { kind: 'ssh', address, user: 'deploy' },
    publicAddress,
    pins: {},
    ...{ mode: 'filtered', modeReason: '', rangeFrom: 20_000, rangeTo: 29_999 },
    isDefault: index === 0,
    createdAt: '2026-03-02T08:15:00.000Z',
    ...neverConfirmed,
  }
}

function renderTenant(number: number, hosts: readonly StoredHost[]): StoredTenant {
  const id = createHash('sha256').update(`tenant ${number}`).digest('hex').slice(0, 12)
  const place = Math.floor(number / hosts.length)
  const day = draw(id, 'day', 260)
  return {
    id,
    hostId: hosts[number % hosts.length]?.id ?? '',
    name: parseName('tenant', renderName(number, id)),
    port: 20_000 + place,
    network: 1 + Math.floor(place / 500),
    memoryMb: pick(sizes, id, 'size'),
    maxConnections: pick([1024, 1024, 1024, 2048, 4096], id, 'connections'),
    notes: draw(id, 'notes', 12) === 0 ? 'Call before any restart.\nContract renews in spring.' : '',
    tags: parseTags(pick(tagSets, id, 'tags')),
    phase: 'present',
    open: fateOf({ id }) !== 'suspended',
    revision: number + 2,
    createdAt: new Date(
      Date.UTC(2026, 2, 3) + day * 86_400_000 + draw(id, 'time', 86_400) * 1000,
    ).toISOString(),
    deletedAt: null,
    deletion: null,
    allow: renderAllow(number, id),
  }
}

/** Most names are two plain words; some are in other scripts, with the signs that names may have. */
function renderName(number: number, id: string): string {
  if (number % 17 === 0) {
    const turn = number / 17
    const round = Math.floor(turn / written.length)
    return `${written[turn % written.length]}${round === 0 ? '' : ` ${round + 1}`}`
  }
  const business = businesses[number % businesses.length] ?? ''
  const service = services[Math.floor(number / businesses.length) % services.length] ?? ''
  const round = Math.floor(number / (businesses.length * services.length))
  const joint = pick(['-', '.', '_'], id, 'joint')
  return `${business}${joint}${service}${round === 0 ? '' : `${joint}${round + 1}`}`
}

function renderAllow(number: number, id: string): StoredTenant['allow'] {
  const [high, low] = [(number >> 8) & 255, number & 255]
  const candidates = [
    `10.${high}.${low}.1/32`,
    `10.${high}.${low}.16/28`,
    `172.20.${low}.0/24`,
    `2001:db8:${high.toString(16)}:${low.toString(16)}::/64`,
    `100.64.${low}.7/32`,
    `10.${high}.${low}.77/32`,
  ]
  const count = pick([0, 1, 1, 2, 2, 3, 4, 6], id, 'entries')
  if (draw(id, 'anyone', 200) === 0) return [{ cidr: '0.0.0.0/0', label: 'anyone' }]
  return candidates.slice(0, count).map((cidr) => ({ cidr, label: pick(labels, id, cidr) }))
}

/** A number from 0 that depends on the tenant alone. */
function draw(id: string, what: string, below: number): number {
  return createHash('sha256').update(`${id} ${what}`).digest().readUInt32BE(0) % below
}

function pick<T>(from: readonly T[], id: string, what: string): T {
  const found = from[draw(id, what, from.length)]
  if (found === undefined) throw new Error(`there is nothing to pick for ${what}`)
  return found
}
