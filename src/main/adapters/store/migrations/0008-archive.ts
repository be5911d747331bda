/** Entries that the operations of a tenant that left the store say were revoked at some time. */
export const archive = `
CREATE TABLE archived_revocations (
  tenant_id TEXT NOT NULL,
  cidr TEXT NOT NULL,
  PRIMARY KEY (tenant_id, cidr)
) WITHOUT ROWID;
`
