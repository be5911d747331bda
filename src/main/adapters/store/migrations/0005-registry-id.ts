/** A host's server, by the id of its registry: another one may have its address since. */
export const registryId = `
ALTER TABLE hosts ADD COLUMN registry_id TEXT;
`
