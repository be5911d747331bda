/** The question that is open on the tenant's screen; one at a time. */
export type TenantDialog =
  | 'resize'
  | 'rename'
  | 'restart'
  | 'flush'
  | 'limit'
  | 'move'
  | 'delete'
  | 'hand-over'
