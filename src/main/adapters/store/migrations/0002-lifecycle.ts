/** Tags of tenants, and the host that new tenants go to when none is named. */
export const lifecycle = `
ALTER TABLE tenants ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE hosts ADD COLUMN is_default INTEGER NOT NULL DEFAULT 0;
`
