/** Hosts, tenants with their allowlists, operations with their steps, and ports that rest after their release. */
export const foundation = `
CREATE TABLE hosts (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  target TEXT NOT NULL,
  public_address TEXT,
  pins TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('unknown', 'filtered', 'loopback')),
  mode_reason TEXT NOT NULL,
  range_from INTEGER NOT NULL,
  range_to INTEGER NOT NULL,
  created_at TEXT NOT NULL
);

CREATE TABLE tenants (
  id TEXT PRIMARY KEY NOT NULL,
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  port INTEGER,
  network INTEGER,
  memory_mb INTEGER NOT NULL,
  max_connections INTEGER NOT NULL,
  notes TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('creating', 'present', 'deleting', 'deleted')),
  open INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  deleted_at TEXT
);
CREATE INDEX tenants_host ON tenants (host_id);
CREATE INDEX tenants_name ON tenants (name_key);
CREATE UNIQUE INDEX tenants_name_unique ON tenants (name_key) WHERE phase <> 'deleted';
CREATE UNIQUE INDEX tenants_port_unique ON tenants (host_id, port) WHERE phase <> 'deleted';

CREATE TABLE allow_entries (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  cidr TEXT NOT NULL,
  label TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, cidr)
) WITHOUT ROWID;

CREATE TABLE operations (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  host_id TEXT,
  tenant_id TEXT,
  host_name TEXT,
  tenant_name TEXT,
  actor TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed', 'undone')),
  problem TEXT,
  before TEXT,
  after TEXT
);
CREATE INDEX operations_started ON operations (started_at);
CREATE INDEX operations_tenant ON operations (tenant_id);
CREATE INDEX operations_outcome ON operations (outcome);

CREATE TABLE operation_steps (
  operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  sentence TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'done', 'failed', 'undone')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  PRIMARY KEY (operation_id, position)
) WITHOUT ROWID;

CREATE TABLE released_ports (
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  port INTEGER NOT NULL,
  released_at TEXT NOT NULL,
  PRIMARY KEY (host_id, port)
) WITHOUT ROWID;
`
