import type { HelperOp, HelperRequest } from './requests.ts'

const [kib, mib] = [1_024, 1_048_576]

/**
 * The longest reply to each request, in bytes. With a tenant's whole allowlist it is a few hundred KiB, with a thousand
 * sources or closed addresses about as much. Only two have all tenants: 10,000 with four entries each are 6 MB, and a text
 * with one letter beyond Latin takes twice its bytes when it is kept.
 */
const longestReplies: Readonly<Record<HelperOp, number>> = {
  hello: 64 * kib,
  observe: 24 * mib,
  records: 24 * mib,
  configure: mib,
  reserve: mib,
  put: mib,
  remove: mib,
  close: mib,
  restore: mib,
  teardown: mib,
  denied: mib,
  // Of all tenants, where not exactly the usual addresses are listened on: some ten bytes each, or one of a few hundred.
  listeners: 8 * mib,
}

/** In bytes; a reply that is longer is none. `records` of one tenant still has the closings of all. */
export const longestReplyTo = (request: HelperRequest): number =>
  request.op === 'records' && typeof request.tenantId === 'string' ? 8 * mib : longestReplies[request.op]
