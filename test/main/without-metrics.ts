/** A tenant as it is listed, without what its cache counts, which goes on. */
export const withoutMetrics = <T extends object>(listed: T): Omit<T, 'metrics'> => {
  const { metrics: _, ...tenant } = { metrics: null, ...listed }
  return tenant
}
