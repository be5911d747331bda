import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError } from '../../src/domain/problem-error.ts'
import type { Link } from '../../src/main/adapters/link.ts'
import type { HelperRequest } from '../../src/main/adapters/netfilter/requests.ts'
import { type HelperSession, openHelper } from '../../src/main/adapters/netfilter/session.ts'
import type { HostNamespace } from '../hosts/host.ts'
import { writeHostFile } from '../hosts/host-files.ts'
import { skipReason } from '../hosts/platform.ts'
import { linkTo } from '../main/adapters/host-links.ts'
import { helperPath, startHelperHost } from '../resources/host/helper-host.ts'
import { createMemoryHelper, type MemoryHelper } from './memory-helper.ts'

const reason = skipReason()

const wanted = (id: string, values: object = {}) => ({
  id,
  name: id,
  memoryMb: 64,
  maxConnections: 100,
  limitMb: 91,
  notes: '',
  tags: ['trial'],
  createdAt: '2026-11-20T08:00:00.000Z',
  ...values,
})

const place = { port: 20_000, network: 1, open: true, allow: [{ cidr: '203.0.113.7/32', label: 'office' }] }

/** Each request is made of both helpers, which are in the same state by then. Revisions are counted from the first. */
const requests = (revision: number): [what: string, request: HelperRequest][] => {
  const reserve = (operationId: string, id: string, values: object = {}, port: number | null = null) =>
    ({ op: 'reserve', operationId, tenant: wanted(id, values), port, freeAfterDays: 30 }) as const
  const put = (operationId: string, id: string, ifRevision: number, values: object = {}) =>
    ({
      op: 'put',
      operationId,
      ifRevision: revision + ifRevision,
      tenant: { ...wanted(id), ...place, ...values },
    }) as const
  const close = (operationId: string, tenantId: string, cidrs: string[] | null, asOf: number | null) =>
    ({
      ...({ op: 'close', operationId, tenantId, cidrs } as const),
      asOf: asOf === null ? null : revision + asOf,
    }) as const
  const remove = (operationId: string, tenantId: string, ifRevision: number | null, port?: 'free') => ({
    ...({ op: 'remove', operationId, tenantId } as const),
    ifRevision: ifRevision === null ? null : revision + ifRevision,
    ...(port === undefined ? {} : { port }),
  })
  return [
    ['nothing is there', { op: 'records' }],
    ['a first reservation', reserve('reserve-01', 'aaaa0001')],
    ['the same again', reserve('reserve-01', 'aaaa0001')],
    ['its id for something else', reserve('reserve-01', 'aaaa0002')],
    ['the same tenant by another operation', reserve('reserve-02', 'aaaa0001')],
    ['the same tenant with other values', reserve('reserve-03', 'aaaa0001', { memoryMb: 128 })],
    ['a name that another tenant has', reserve('reserve-14', 'aaaa0002', { name: 'AAAA0001' })],
    ['more memory than there is', reserve('reserve-04', 'aaaa0003', { memoryMb: 8e6, limitMb: 9e6 })],
    ['a put without a reservation', put('put-000001', 'nobody01', 1)],
    ['a put on an old revision', put('put-000002', 'aaaa0001', 0)],
    ['a put on another network', put('put-000003', 'aaaa0001', 1, { network: 2 })],
    ['a put', put('put-000004', 'aaaa0001', 1)],
    ['the same again', put('put-000004', 'aaaa0001', 1)],
    ['closed', put('put-000005', 'aaaa0001', 2, { open: false })],
    [
      'anyone',
      put('put-000006', 'aaaa0001', 3, {
        allow: ['0.0.0.0/0', '::/0'].map((cidr) => ({ cidr, label: 'anyone' })),
      }),
    ],
    ['grown over what there is', put('put-000007', 'aaaa0001', 4, { memoryMb: 8e6, limitMb: 9e6 })],
    ['a named port outside of the range', reserve('reserve-05', 'aaaa0004', {}, 30_000)],
    ['a named port that is taken', reserve('reserve-06', 'aaaa0004', {}, 20_000)],
    ['a named port', reserve('reserve-07', 'aaaa0004', {}, 20_002)],
    ['the lowest one that is left', reserve('reserve-08', 'aaaa0005')],
    ['the last one', reserve('reserve-09', 'aaaa0006')],
    ['none is left', reserve('reserve-10', 'aaaa0007')],
    ['moved to a port that is taken', put('put-000008', 'aaaa0001', 4, { port: 20_002 })],
    ['taken away on an old revision', remove('remove-001', 'aaaa0004', 1)],
    ['taken away', remove('remove-002', 'aaaa0004', 5)],
    ['taken away twice', remove('remove-003', 'aaaa0004', null)],
    ['its port rests', reserve('reserve-11', 'aaaa0008')],
    ['its port is named by another tenant', reserve('reserve-12', 'aaaa0008', {}, 20_002)],
    ['its port is named by itself', reserve('reserve-13', 'aaaa0004', {}, 20_002)],
    ['given up without rest', remove('remove-004', 'aaaa0005', null, 'free')],
    ['moved to the freed port', put('put-000009', 'aaaa0001', 4, { port: 20_001 })],
    ['moved back', put('put-000010', 'aaaa0001', 11, { port: 20_000 })],
    ['nobody is closed', close('close-0001', 'nobody01', ['203.0.113.7/32'], null)],
    ['what is not on the list', close('close-0002', 'aaaa0001', ['203.0.113.8/32'], null)],
    ['an entry that was written later', close('close-0003', 'aaaa0001', ['203.0.113.7/32'], 4)],
    ['the tenant as of before it was opened', close('close-0004', 'aaaa0001', null, 2)],
    ['an entry', close('close-0005', 'aaaa0001', ['203.0.113.7/32', '203.0.113.8/32'], 12)],
    ['the same again', close('close-0005', 'aaaa0001', ['203.0.113.7/32', '203.0.113.8/32'], 12)],
    ['the tenant', close('close-0006', 'aaaa0001', null, 20)],
    ['the tenant twice', close('close-0007', 'aaaa0001', null, null)],
    ['one record', { op: 'records', tenantId: 'aaaa0001' }],
    ['no record', { op: 'records', tenantId: 'nobody01' }],
    ['all records', { op: 'records' }],
    [
      'the records of another history',
      { op: 'records', known: { revision: revision + 1, history: '0'.repeat(64) } },
    ],
  ]
}

/** The answer: a reply without the parts that only the kernel knows, or the problem with its details. */
async function outcomeOf(work: () => unknown): Promise<unknown> {
  try {
    const reply = await work()
    // Both release at a moment of their own.
    if (reply instanceof Object && 'releasedAt' in reply)
      return { ...reply, releasedAt: reply.releasedAt !== null }
    // Digests of two histories are not the same; that there is one is.
    if (!(reply instanceof Object && 'history' in reply)) return reply
    return { ...reply, history: /^[0-9a-f]{64}$/.test(String(reply.history)) }
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
}

describe.skipIf(reason !== null)(`a helper in memory${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let link: Link
  let helper: HelperSession
  let memory: MemoryHelper
  let revision: number

  beforeAll(async () => {
    host = await startHelperHost({ docker: true })
    const rule = `deploy ALL=(root) NOPASSWD: ${helperPath} ""\n`
    await writeHostFile(host.namespace, '/etc/sudoers.d/zz-memharbor', rule, { mode: '440' })
    link = linkTo(host)
    helper = openHelper(link, host.name)
    const { memTotalMb } = await helper.request<'hello'>({ op: 'hello' })
    const config = { range: { from: 20_000, to: 20_003 }, supernet: '10.213.0.0/16', reservedMb: 256 }
    const change = { operationId: 'configure-1', ifRevision: null, operator: 'deploy' }
    const configured = await helper.request<'configure'>({ op: 'configure', ...change, ...config })
    revision = configured.revision
    memory = createMemoryHelper({
      ...{ host: () => host.name, memTotalMb, listening: () => new Set<number>(), hasContainer: () => false },
      whoListens: () => undefined,
      countClients: () => [],
      now: () => new Date(),
    })
    Object.assign(memory.state, { ...config, revision })
  })

  afterAll(async () => {
    await helper?.close()
    await link?.close()
    await host?.stop()
  })

  it('answers and refuses as the real one does', async () => {
    for (const [what, request] of requests(revision)) {
      const real = await outcomeOf(() => helper.request(request))
      expect(await outcomeOf(() => structuredClone(memory.answer(request))), what).toEqual(real)
    }
  })
})
