import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { entries, helperPath, type Reply, readResource } from './helper-host.ts'
import { fuzzedLine, validRequest } from './request-arbitraries.ts'
import { requestGrammar } from './request-grammar.ts'
import { allow, close, configure, placed, put, remove, reserve } from './requests.ts'
import { startTraced, type TracedSession } from './traced-session.ts'

const reason = skipReason()
const seed = Number(process.env['MEMHARBOR_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const sessions = 6
const perSession = 50

/** Everything that may run. A port is the only value of a request in it: the rest goes to standard input. */
const known = [
  /^nsenter --target \d+ .*/,
  /^setpriv .*/,
  /^sudo -n \/usr\/local\/sbin\/memharbor-host$/,
  /^\/usr\/local\/sbin\/memharbor-host$/,
  /^\/usr\/bin\/python3 -IS \/usr\/local\/sbin\/memharbor-host$/,
  /^\/usr\/sbin\/(?:iptables|ip6tables)(?:-nft|-legacy)?-save -t (?:raw|nat|filter)$/,
  /^\/usr\/sbin\/(?:iptables|ip6tables)(?:-nft|-legacy)?-save$/,
  /^\/usr\/sbin\/(?:iptables|ip6tables)-restore --noflush -w 10$/,
  /^\/usr\/sbin\/(?:iptables|ip6tables) --version$/,
  /^\/usr\/sbin\/ipset restore(?: -exist)?$/,
  /^\/usr\/sbin\/ipset rename (mh(?:4|6|p|d4|d6))-new \1$/,
  /^\/usr\/sbin\/ipset (?:save|destroy) mh(?:4|6|p|d4|d6)(?:-new)?$/,
  /^\/usr\/sbin\/ipset list -t$/,
  /^\/usr\/sbin\/nft -t -j -f -$/,
  /^\/usr\/bin\/ss -Htni? state established sport = :2\d{4}$/,
]

interface Model {
  readonly tenants: Map<string, Record<string, unknown>>
  revision: number
}

/** The records after a request that was carried out. */
function follow(model: Model, request: Record<string, unknown>, reply: Reply): void {
  if (!reply.ok || reply['replayed'] === true) return
  const tenant = request['tenant'] as Record<string, unknown> | undefined
  const id = String(tenant?.['id'] ?? request['tenantId'])
  const { revision } = reply
  const op = request['op']
  if (op === 'configure' || op === 'dismiss') model.revision = Number(revision)
  if (op === 'reserve' && reply['existed'] === false) {
    const place = { port: reply['port'], network: reply['network'], open: false, allow: [], revision }
    model.tenants.set(id, { ...tenant, ...place })
    model.revision = Number(revision)
  }
  const record = model.tenants.get(id)
  if (op === 'close' && reply['absent'] === false && record !== undefined) {
    const { open, allow } = reply
    model.tenants.set(id, { ...record, open, allow, revision })
    model.revision = Math.max(model.revision, Number(revision))
  }
  if (op === 'put') {
    model.tenants.set(id, { ...tenant, revision })
    model.revision = Number(revision)
  }
  if (op === 'remove' && reply['absent'] === false) {
    model.tenants.delete(id)
    model.revision = Number(revision)
  }
}

/** Each operation once with what is there, whatever the seed brings. */
const certain = [
  { v: 1, op: 'hello' },
  reserve('acme0001'),
  put(0, placed('acme0001', { allow: allow('203.0.113.7/32', '198.51.100.0/24') })),
  close('acme0001', ['203.0.113.7/32']),
  { v: 1, op: 'restore' },
  remove('acme0001'),
]

/** Half of the requests are about what is really there, so that some of them are carried out. */
function aim(model: Model, request: Record<string, unknown>, at: number): Record<string, unknown> {
  const tenant = request['tenant'] as Record<string, unknown> | undefined
  const id = String(tenant?.['id'] ?? request['tenantId'])
  const held = model.tenants.get(id)
  if (at % 2 === 1 || held === undefined) return request
  const place = request['op'] === 'put' ? { port: held['port'], network: held['network'] } : {}
  return {
    ...request,
    ...('ifRevision' in request && request['op'] !== 'configure' ? { ifRevision: held['revision'] } : {}),
    ...(tenant === undefined ? {} : { tenant: { ...tenant, ...place } }),
  }
}

describe.skipIf(reason !== null)(
  `fuzzed requests through sudo (MEMHARBOR_FUZZ_SEED=${seed})${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace

    beforeAll(async () => {
      host = await startHost({ sudo: 'none' })
      await writeHostFile(host.namespace, helperPath, await readResource('memharbor-host'), { mode: '755' })
      const rule = `${host.user} ALL=(root) NOPASSWD: ${helperPath} ""\n`
      await writeHostFile(host.namespace, '/etc/sudoers.d/zz-memharbor', rule, { mode: '440' })
    })

    afterAll(() => host?.stop())

    const records = async (session: TracedSession) => {
      const { tenants, revision } = await session.ask(JSON.stringify({ v: 1, op: 'records' }))
      return { tenants, revision }
    }

    it(`${sessions * perSession} inputs: nothing else runs, and only what was acknowledged is changed`, async () => {
      const model: Model = { tenants: new Map(), revision: 0 }
      const first = startTraced(host, host.user)
      follow(model, configure(), await first.ask(JSON.stringify(configure())))
      for (const request of certain) {
        const aimed = aim(model, request, 0)
        const reply = await first.ask(JSON.stringify(aimed))
        expect(reply, request.op).toMatchObject({ ok: true })
        follow(model, aimed, reply)
      }
      await first.end()
      const numRuns = sessions * perSession
      const requests = fc.sample(validRequest, { numRuns, seed })
      const lines = fc.sample(fuzzedLine, { numRuns, seed })
      let done = 0
      for (let at = 0; at < sessions; at += 1) {
        const session = startTraced(host, host.user)
        for (let index = at * perSession; index < (at + 1) * perSession; index += 1) {
          const request = aim(model, requests[index] ?? {}, index >> 1)
          const line = index % 3 === 0 ? (lines[index]?.bytes ?? '') : JSON.stringify(request)
          const where = `input ${index}: ${JSON.stringify(String(line).slice(0, 1_000))}`
          const reply = await session.ask(line)
          expect(['internal', 'disk'], `${where}: ${JSON.stringify(reply)}`).not.toContain(reply.code)
          if (!reply.ok) continue
          const read = requestGrammar.parse(JSON.parse(String(line)))
          done += 1
          follow(model, read, reply)
        }
        expect(await records(session)).toEqual({
          tenants: Object.fromEntries(model.tenants),
          revision: model.revision,
        })
        const { status, started } = await session.end()
        expect(status).toBe(0)
        expect(started.filter((words) => !known.some((one) => one.test(words)))).toEqual([])
        expect(started).toContain(`sudo -n ${helperPath}`)
      }
      // Many were carried out, or the rest would say little.
      expect(done).toBeGreaterThan(numRuns / 10)
      await host.exec([helperPath])
      const open = [...model.tenants.values()].filter((tenant) => tenant['open'] === true)
      expect(await entries(host, 'mhp')).toEqual(open.map((tenant) => String(tenant['port'])).sort())
      const trace = await host.exec(['find', '/', '-xdev', '-name', 'pwned*'])
      expect(trace.stdout).toBe('')
    })

    it('would notice a program that is not known', async () => {
      const session = startTraced(host, host.user, ['sh', '-c', 'read line; sh -c "$line"; echo {}'])
      await session.ask('/usr/bin/id -u')
      const { started } = await session.end()
      expect(started.filter((words) => !known.some((one) => one.test(words)))).toContain('/usr/bin/id -u')
    })
  },
)
