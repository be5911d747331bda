import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeProblem } from '../../../../src/domain/describe-problem.ts'
import { fail, ProblemError } from '../../../../src/domain/problem-error.ts'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { type HelperSession, openHelper } from '../../../../src/main/adapters/netfilter/session.ts'
import { closeInRegistry } from '../../../../src/main/hosts/registry/close-in-registry.ts'
import { createHelperLedger } from '../../../../src/main/services/tenant/helper-ledger.ts'
import type { HostNamespace } from '../../../hosts/host.ts'
import { writeHostFile } from '../../../hosts/host-files.ts'
import { skipReason } from '../../../hosts/platform.ts'
import {
  ask,
  askOne,
  entries,
  helperPath,
  readResource,
  startHelperHost,
} from '../../../resources/host/helper-host.ts'
import {
  allow,
  configure,
  nextOperation,
  placed,
  put,
  remove,
  reserve,
} from '../../../resources/host/requests.ts'
import { linkTo } from '../../adapters/host-links.ts'

const reason = skipReason()
const [office, home, friend] = ['203.0.113.0/24', '198.51.100.7/32', '2001:db8::1/128']
const kept = new URL('../../../fixtures/b696e63/memharbor-host', import.meta.url)

const helpers: readonly (readonly [string, () => Promise<string>])[] = [
  ['1.2.0', () => readFile(kept, 'utf8')],
  ['1.3.0', () => readResource('memharbor-host')],
]

describe.skipIf(reason !== null).each(helpers)(
  `closing in the registry of helper %s${reason === null ? '' : ` (${reason})`}`,
  (version, read) => {
    let host: HostNamespace
    let link: Link
    let helper: HelperSession
    /** The tenant's revision: two entries and open. */
    let revision: number

    const close = (cidrs: string[] | null, asOf: number | null = revision) =>
      closeInRegistry(helper, { operationId: nextOperation(), tenantId: 'acme0001', cidrs, asOf })
    const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })

    beforeAll(async () => {
      host = await startHelperHost()
      await writeHostFile(host.namespace, helperPath, await read(), { mode: '755' })
      const rule = `${host.user} ALL=(root) NOPASSWD: ${helperPath} ""\n`
      await writeHostFile(host.namespace, '/etc/sudoers.d/zz-memharbor', rule, { mode: '440' })
      link = linkTo(host)
      helper = openHelper(link, host.name)
      expect(await askOne(host, configure({ reservedMb: 0 }))).toMatchObject({ ok: true })
    })
    beforeEach(async () => {
      await askOne(host, remove('acme0001', { port: 'free' }))
      const reserved = await askOne(host, reserve())
      const changed = await askOne(host, put(Number(reserved['revision']), list(office, home, friend)))
      expect(changed).toMatchObject({ ok: true })
      revision = Number(changed['revision'])
    })
    afterAll(async () => {
      await helper?.close()
      await link?.close()
      await host?.stop()
    })

    it('is known by its version', async () => {
      expect(await helper.observeVersion()).toBe(version)
    })

    it('is named as too old for what it does not know, with the command that brings a newer one', async () => {
      const answer = helper.request<'listeners'>({ op: 'listeners', deep: false })
      if (version !== '1.2.0') return void expect(await answer).toHaveProperty('unusual')
      const error = await answer.catch((given: unknown) => given)
      if (!(error instanceof ProblemError)) throw new Error('it knows that')
      expect(error.problem).toMatchObject({ code: 'HELPER_INCOMPATIBLE' })
      const { message, advice } = describeProblem(error.problem)
      expect(message).toContain('too old to look at who listens')
      expect(advice).toContain(`\`memharbor host prepare ${host.name}\``)
    })

    it('takes entries off the list and out of the kernel', async () => {
      expect(await close([home, friend, '192.0.2.1/32'])).toEqual({
        ...{
          was: revision,
          revision: revision + 1,
          open: true,
          allow: allow(office),
          closed: [home, friend],
        },
        ...{ left: [], cut: [], absent: false, problems: [] },
      })
      expect([await entries(host, 'mh4'), await entries(host, 'mh6')]).toEqual([[`${office},tcp:20000`], []])
      expect(await close([home])).toMatchObject({ revision: revision + 2, closed: [], allow: allow(office) })
    })

    it('suspends a tenant, which keeps its list', async () => {
      const left = { open: false, allow: allow(office, home, friend), revision: revision + 1 }
      expect(await close(null)).toMatchObject({ ...left, closed: ['*'], absent: false })
      expect(await entries(host, 'mhp')).toEqual([])
      expect(await close(null)).toMatchObject({ ...left, revision: revision + 2, closed: [] })
    })

    it('has nothing to do where there is no such tenant', async () => {
      await ask(host, remove('acme0001', { port: 'free' }))
      expect(await close([office])).toMatchObject({ absent: true, open: false, allow: [], closed: [] })
    })

    it('closes by what the host has, whatever the caller knew of it', async () => {
      expect(await close([home], 9_000)).toMatchObject({ closed: [home] })
      expect(await close([office], null)).toMatchObject({ closed: [office] })
      expect(await entries(host, 'mh4')).toEqual([])
    })

    it('goes through the session that there is, where the server starts no second one', async () => {
      const refuse = () =>
        fail({ code: 'COMMAND_FAILED', details: { host: 'web', command: 'helper', reason: 'not started' } })
      const second: HelperSession = { ...helper, request: refuse, observeVersion: refuse }
      const ledger = createHelperLedger(helper, second)
      const closing = { operationId: nextOperation(), tenantId: 'acme0001', cidrs: [home], asOf: revision }
      expect(await ledger.close(closing)).toMatchObject({ closed: [home] })
      expect(await entries(host, 'mh4')).toEqual([`${office},tcp:20000`])
    })

    it('leaves what somebody writes while it is at work', async () => {
      await close([home])
      let isFirst = true
      const disturbed: HelperSession = {
        ...helper,
        request: async (request, options) => {
          if (isFirst && (request.op === 'put' || request.op === 'close')) {
            isFirst = false
            expect(await askOne(host, put(revision + 1, list(office, home)))).toMatchObject({ ok: true })
          }
          return await helper.request(request, options)
        },
      }
      const closing = { operationId: nextOperation(), tenantId: 'acme0001', cidrs: [office, home] }
      expect(await closeInRegistry(disturbed, { ...closing, asOf: revision + 1 })).toMatchObject({
        ...{ closed: [office], left: [home], allow: allow(home), revision: revision + 3 },
      })
      expect(await entries(host, 'mh4')).toEqual(['198.51.100.7,tcp:20000'])
    })

    it('leaves what somebody wrote before, and later than was known, where the helper knows it', async () => {
      await ask(host, put(revision, list(office)), put(revision + 1, list(office, home)))
      const outcome =
        version === '1.2.0' ? { closed: [office, home], left: [] } : { closed: [office], left: [home] }
      expect(await close([office, home])).toMatchObject(outcome)
    })
  },
)
