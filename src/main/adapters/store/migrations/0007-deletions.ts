/**
 * The access that deleted tenants had. Of those that are deleted already the log has the allowlist, and not whether they
 * were suspended.
 */
export const deletions = `
ALTER TABLE tenants ADD COLUMN deletion TEXT;
UPDATE tenants SET deletion = (
  SELECT json_object('open', json('null'), 'allow', json_extract(before, '$.allow'), 'releasedAt', NULL)
  FROM operations
  WHERE tenant_id = tenants.id AND kind = 'tenant delete' AND outcome = 'done'
    AND json_valid(before) AND json_type(before, '$.allow') = 'array'
  ORDER BY started_at DESC, id DESC
  LIMIT 1
) WHERE phase = 'deleted';
`
