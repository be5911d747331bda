/** From and to, both of them included. */
export interface WholeRange {
  readonly least: number
  readonly most: number
}

/** Memory of a tenant in MB: memcached refuses `cache_memlimit` under 8 MB; above 1 TB it is certainly a slip. */
export const memoryMbRange: WholeRange = { least: 8, most: 1_048_576 }

/** Connections at once of a tenant's clients. */
export const maxConnectionsRange: WholeRange = { least: 64, most: 65_536 }

/** Years that the activity is kept for. */
export const activityYearsRange: WholeRange = { least: 1, most: 100 }

/** Ports that tenants can have: above the well-known ones. */
export const tenantPortRange: WholeRange = { least: 1024, most: 65_535 }
