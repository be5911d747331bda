/**
 * Of what was so before and after an operation that is done, values that both have alike go: only what it changed is read,
 * and whole tenants take many times as much. A value is compared and kept as the text of JSON that it is.
 */
export const changedValues = `
UPDATE operations SET
  before = (
    SELECT json_group_object(was.key, json(operations.before -> was.fullkey)) FROM json_each(operations.before) AS was
    WHERE (operations.before -> was.fullkey) IS NOT (operations.after -> was.fullkey)
  ),
  after = (
    SELECT json_group_object(became.key, json(operations.after -> became.fullkey)) FROM json_each(operations.after) AS became
    WHERE (operations.before -> became.fullkey) IS NOT (operations.after -> became.fullkey)
  )
WHERE outcome = 'done' AND CASE
  WHEN json_valid(before) AND json_valid(after) THEN json_type(before) = 'object' AND json_type(after) = 'object'
  ELSE 0
END;
`
