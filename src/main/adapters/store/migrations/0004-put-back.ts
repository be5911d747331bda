/** Where a host's registry was when this panel last agreed with it, and what it has otherwise since it was put back. */
export const putBack = `
ALTER TABLE hosts ADD COLUMN revision INTEGER;
ALTER TABLE hosts ADD COLUMN history TEXT;
ALTER TABLE hosts ADD COLUMN put_back TEXT;
`
