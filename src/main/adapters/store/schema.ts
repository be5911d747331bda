import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/*
 * The tables as the newest migration leaves them. Whoever changes one writes a migration as well. Times are ISO 8601 in
 * UTC; columns that hold JSON are plain text here and are validated by the row schemas beside the functions that read
 * them. What a row means is said there too.
 */

export const hosts = sqliteTable('hosts', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  nameKey: text('name_key').notNull().unique(),
  target: text('target').notNull(),
  publicAddress: text('public_address'),
  pins: text('pins').notNull(),
  mode: text('mode').notNull(),
  modeReason: text('mode_reason').notNull(),
  rangeFrom: integer('range_from').notNull(),
  rangeTo: integer('range_to').notNull(),
  isDefault: integer('is_default', { mode: 'boolean' }).notNull(),
  createdAt: text('created_at').notNull(),
  revision: integer('revision'),
  history: text('history'),
  registryId: text('registry_id'),
  seenRegistryId: text('seen_registry_id'),
  bootId: text('boot_id'),
  putBack: text('put_back'),
})

export const tenants = sqliteTable(
  'tenants',
  {
    id: text('id').primaryKey(),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    port: integer('port'),
    network: integer('network'),
    memoryMb: integer('memory_mb').notNull(),
    maxConnections: integer('max_connections').notNull(),
    notes: text('notes').notNull(),
    tags: text('tags').notNull(),
    phase: text('phase').notNull(),
    open: integer('open', { mode: 'boolean' }).notNull(),
    revision: integer('revision').notNull(),
    createdAt: text('created_at').notNull(),
    deletedAt: text('deleted_at'),
    deletion: text('deletion'),
  },
  (table) => [index('tenants_host').on(table.hostId), index('tenants_name').on(table.nameKey)],
)

export const allowEntries = sqliteTable(
  'allow_entries',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    cidr: text('cidr').notNull(),
    label: text('label').notNull(),
    position: integer('position').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.cidr] })],
)

export const operations = sqliteTable(
  'operations',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    hostId: text('host_id'),
    tenantId: text('tenant_id'),
    hostName: text('host_name'),
    tenantName: text('tenant_name'),
    actor: text('actor').notNull(),
    startedAt: text('started_at').notNull(),
    finishedAt: text('finished_at'),
    outcome: text('outcome').notNull(),
    problem: text('problem'),
    before: text('before'),
    after: text('after'),
  },
  (table) => [
    index('operations_started').on(table.startedAt),
    index('operations_tenant').on(table.tenantId),
    index('operations_outcome').on(table.outcome),
  ],
)

export const operationSteps = sqliteTable(
  'operation_steps',
  {
    operationId: text('operation_id')
      .notNull()
      .references(() => operations.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    kind: text('kind').notNull(),
    sentence: text('sentence').notNull(),
    state: text('state').notNull(),
    startedAt: text('started_at').notNull(),
    finishedAt: text('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.operationId, table.position] })],
)

export const archivedRevocations = sqliteTable(
  'archived_revocations',
  {
    tenantId: text('tenant_id').notNull(),
    cidr: text('cidr').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.cidr] })],
)

export const releasedPorts = sqliteTable(
  'released_ports',
  {
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    port: integer('port').notNull(),
    releasedAt: text('released_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.hostId, table.port] })],
)

export const flushCounts = sqliteTable('flush_counts', {
  tenantId: text('tenant_id')
    .primaryKey()
    .references(() => tenants.id, { onDelete: 'cascade' }),
  flushes: integer('flushes').notNull(),
  seenAt: text('seen_at').notNull(),
})

export const settings = sqliteTable('settings', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
})
