/** A tenant before it has a place, as a panel sends it. */
export const wanted = (id = 'acme0001', values: Record<string, unknown> = {}) => ({
  id,
  name: id,
  memoryMb: 64,
  maxConnections: 100,
  limitMb: 91,
  notes: '',
  createdAt: '2026-11-20T08:00:00Z',
  ...values,
})

/** The same with its place: port 20000, network 1, open to nobody yet. */
export const placed = (id = 'acme0001', values: Record<string, unknown> = {}) => ({
  ...wanted(id),
  port: 20_000,
  network: 1,
  open: true,
  allow: [] as { cidr: string; label: string }[],
  ...values,
})

export const allow = (...cidrs: string[]) => cidrs.map((cidr) => ({ cidr, label: '' }))

let operations = 0
/** A fresh operation id. */
export const nextOperation = (): string => {
  operations += 1
  return `operation-${operations}`
}

export const configure = (values: Record<string, unknown> = {}) => ({
  v: 1,
  op: 'configure',
  operationId: nextOperation(),
  ifRevision: null,
  range: { from: 20_000, to: 29_999 },
  supernet: '10.213.0.0/16',
  reservedMb: 512,
  operator: 'deploy',
  ...values,
})

export const reserve = (id = 'acme0001', values: Record<string, unknown> = {}) => ({
  v: 1,
  op: 'reserve',
  operationId: nextOperation(),
  tenant: wanted(id),
  port: null,
  freeAfterDays: 30,
  ...values,
})

export const put = (ifRevision: number, tenant: object, values: Record<string, unknown> = {}) => ({
  v: 1,
  op: 'put',
  operationId: nextOperation(),
  ifRevision,
  tenant,
  ...values,
})

export const close = (
  tenantId: string,
  cidrs: readonly string[] | null,
  values: Record<string, unknown> = {},
) => ({
  v: 1,
  op: 'close',
  operationId: nextOperation(),
  tenantId,
  cidrs,
  asOf: null,
  ...values,
})

export const remove = (tenantId: string, values: Record<string, unknown> = {}) => ({
  v: 1,
  op: 'remove',
  operationId: nextOperation(),
  ifRevision: null,
  tenantId,
  ...values,
})
