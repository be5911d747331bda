/** Another registry that was seen at a host, until it is accepted; and which start of the server was seen last. */
export const servers = `
ALTER TABLE hosts ADD COLUMN seen_registry_id TEXT;
ALTER TABLE hosts ADD COLUMN boot_id TEXT;
`
