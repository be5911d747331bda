import { z } from 'zod'
import type { Problem } from '../../../contract/problem.ts'
import { listOf } from '../foreign-list.ts'
import { words } from '../foreign-text.ts'
import { renderForeignText } from '../limit.ts'
import type { LinkInfo } from '../link.ts'
import type { LastWords } from './line-channel.ts'
import type { Refusal } from './replies.ts'
import { type HelperOp, protocolVersion } from './requests.ts'

/** The action of each request, as an infinitive: it completes "the helper could not …" and "did not answer while: …". */
export const actions: Record<HelperOp, string> = {
  hello: 'introduce itself',
  observe: 'read the filter',
  records: 'read its records',
  configure: 'close the port range',
  reserve: 'reserve a port',
  put: 'change the filter',
  close: 'take access away',
  remove: 'remove the tenant',
  restore: 'restore the filter',
  teardown: 'take the filter away',
  denied: 'read the denied sources',
  listeners: 'look at who listens',
  clients: 'count connections',
  disconnect: 'close a connection',
}

const stranger = z.object({ user: words, uid: z.number(), owner: words })
const backends = z.object({ used: words, other: words, rules: z.number() })
const openState = z.object({ path: words })
const memory = z.object({ askedMb: z.number(), freeMb: z.number() })
const ports = z.object({ from: z.number(), to: z.number(), quarantined: z.number() })
const port = z.object({ port: z.number(), reason: words })
const named = z.object({ name: words })
const range = z.object({ from: z.number(), to: z.number(), reason: words })
const tenants = z.object({ tenants: listOf(words) })
/** The words of the system, such as `No space left on device`. */
const disk = z.object({ reason: words })
/** Only `close` says so. */
const closedInFilter = z.object({ closed: z.enum(['refill', 'boot', 'repair']), reason: words })
const stale = z.object({
  expected: z.number(),
  found: z.number(),
  tenant: z.object({ name: words }).nullable(),
})

/** A refusal as the operator's problem. Details that are not as they should be leave a failure with a reason. */
export function problemOfRefusal(host: string, op: HelperOp, refusal: Refusal): Problem {
  return specificProblem(host, op, refusal) ?? helperFailed(host, op, refusal.message)
}

function specificProblem(
  host: string,
  op: HelperOp,
  { code, details, message }: Refusal,
): Problem | undefined {
  switch (code) {
    case 'memory':
      return withDetails(memory, details, (d) => ({
        code: 'MEMORY_OVERCOMMITTED',
        details: { host, ...d },
      }))
    case 'ports':
      return withDetails(ports, details, (d) => ({ code: 'NO_PORT_LEFT', details: { host, ...d } }))
    case 'port':
      return withDetails(port, details, (d) => ({ code: 'PORT_UNAVAILABLE', details: { host, ...d } }))
    case 'name':
      return withDetails(named, details, ({ name }) => ({
        code: 'NAME_TAKEN',
        details: { noun: 'tenant', name, host },
      }))
    case 'range':
      return withDetails(range, details, (d) => ({ code: 'PORT_RANGE_INVALID', details: { host, ...d } }))
    case 'tenants':
      return withDetails(tenants, details, (d) => ({ code: 'HOST_HAS_TENANTS', details: { host, ...d } }))
    case 'stale':
      return withDetails(stale, details, ({ expected, found, tenant }) => ({
        code: 'REVISION_STALE',
        details: { host, tenant: tenant?.name ?? '', expected, found },
      }))
    case 'disk':
    case 'busy':
    case 'state':
      return (
        withDetails(closedInFilter, details, ({ closed, reason }) => ({
          code: 'CLOSED_IN_FILTER',
          details: { host, until: closed, reason: renderReason(code, reason, message) },
        })) ??
        (isChange(op) && code === 'disk' && message.includes('cannot be written')
          ? withDetails(disk, details, toUnwritable(host))
          : undefined)
      )
    case 'operator':
      return withDetails(stranger, details, (d) => ({ code: 'UID_REUSED', details: { host, ...d } }))
    case 'folder':
      return withDetails(openState, details, (d) => ({ code: 'STATE_OPEN', details: { host, ...d } }))
    case 'backends':
      return withDetails(backends, details, (d) => ({ code: 'BACKENDS_MIXED', details: { host, ...d } }))
    case 'unconfigured':
      return { code: 'HOST_NOT_PREPARED', details: { host, missing: ['its port range is not closed yet'] } }
    case 'version':
      return incompatible(host, 'of another protocol version')
    case 'op':
      return incompatible(host, `too old to ${actions[op]}`)
    default:
      return undefined
  }
}

const isChange = (op: HelperOp): boolean => op === 'put' || op === 'reserve'

/** A change that the records did not take was not made in the filter either. */
const toUnwritable =
  (host: string) =>
  ({ reason }: z.infer<typeof disk>): Problem => ({
    code: 'STATE_UNWRITABLE',
    details: { host, reason: renderForeignText(reason).replace(/\.+$/, ''), isRefused: true },
  })

function withDetails<T>(
  schema: z.ZodType<T>,
  details: unknown,
  problem: (details: T) => Problem,
): Problem | undefined {
  const parsed = schema.safeParse(details)
  return parsed.success ? problem(parsed.data) : undefined
}

/** Of a disk the reason is what the system says of it; of damaged records the sentence has more. */
function renderReason(code: string, reason: string, message: string): string {
  const told = code === 'disk' ? `/var/lib/memharbor there cannot be written (${reason})` : reason
  return renderForeignText(code === 'state' ? message : told).replace(/\.+$/, '')
}

/** @param reason a sentence from the host; its full stop is dropped, because it goes into one of ours */
export function helperFailed(host: string, op: HelperOp, reason: string): Problem {
  const details = { host, op: actions[op], reason: renderForeignText(reason).replace(/\.+$/, '') }
  return { code: 'HELPER_FAILED', details }
}

/** @param found like `2.0.0 with protocol 2` */
export function incompatible(host: string, found: string): Problem {
  return { code: 'HELPER_INCOMPATIBLE', details: { host, found, speaks: `protocol ${protocolVersion}` } }
}

/** Why a helper session ended that had begun. A helper that was ended here failed, whatever it said. */
export function problemOfEnd(
  host: string,
  op: HelperOp,
  { stderr, cut }: LastWords,
  { connected }: Pick<LinkInfo, 'connected'>,
): Problem {
  const failed = (why: string): Problem => helperFailed(host, op, why)
  if (cut !== undefined) return failed(cut)
  if (!connected) {
    return { code: 'HOST_UNREACHABLE', details: { host, address: host, reason: 'the connection was lost' } }
  }
  const lastLine = readLastLine(stderr)
  return failed(lastLine === '' ? 'the connection to it ended' : lastLine)
}

/** Without its full stop, because it goes into a sentence of ours. */
function readLastLine(stderr: string): string {
  return renderForeignText(stderr.trim().split('\n').at(-1) ?? '').replace(/\.+$/, '')
}
