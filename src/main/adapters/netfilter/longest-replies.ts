import type { AnswerBounds } from '../answer-meter.ts'
import type { HelperOp, HelperRequest } from './requests.ts'

const [kib, mib] = [1_024, 1_048_576]

/** A thousand of something has some thousand values. */
const short: AnswerBounds = { bytes: mib, values: 20_000 }
/** A tenant's whole allowlist, and as many addresses as were cut. */
const ofAllowlist: AnswerBounds = { bytes: mib, values: 100_000 }

/**
 * How much of the reply to each request is read. Only two have all tenants: 10,000 with four entries each are 6 MB, and a
 * letter beyond ASCII in a note or a label is written as `\u0416`. Values in records do not count here.
 */
const bounds: Readonly<Record<HelperOp, AnswerBounds>> = {
  hello: { bytes: 64 * kib, values: 1_000 },
  // As many ports as there are can rest, four values each; and a thousand of each of the other lists.
  observe: { bytes: 64 * mib, values: 300_000 },
  // All tenants' closings that are in the filter only.
  records: { bytes: 64 * mib, values: 100_000 },
  configure: short,
  reserve: short,
  put: ofAllowlist,
  remove: short,
  close: ofAllowlist,
  restore: short,
  teardown: short,
  denied: short,
  clients: short,
  disconnect: { bytes: 64 * kib, values: 1_000 },
  // Of all tenants, where not exactly the usual addresses are listened on: some ten bytes each, or one of a few hundred.
  listeners: { bytes: 8 * mib, values: 300_000 },
}

/** A reply that has more is none. `records` of one tenant still has the closings of all. */
export const boundsOfReply = (request: HelperRequest): AnswerBounds =>
  request.op === 'records' && typeof request.tenantId === 'string'
    ? { ...bounds.records, bytes: 8 * mib }
    : bounds[request.op]
