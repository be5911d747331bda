/**
 * How often caches had been flushed when this program first looked at them, of tenants that it did not know when their
 * memcached began.
 */
export const flushCounts = `
CREATE TABLE flush_counts (
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
  flushes INTEGER NOT NULL,
  seen_at TEXT NOT NULL
) WITHOUT ROWID;
`
