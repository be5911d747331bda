/** The operator's choices for this panel: one row a setting, its value as JSON. */
export const settings = `
CREATE TABLE settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;
`
