import { expect } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { type FatalProgram, installFatalProgram } from './fatal-program.ts'
import {
  ask,
  askOne,
  entries,
  freshenHelperHost,
  helperPath,
  restore,
  startHelperHost,
} from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

/** A network that may reach the tenant, and one that is let in after it. */
export const [before, after] = ['203.0.113.0/24', '198.51.100.0/24'] as const
export const lockFile = '/var/lib/memharbor/lock'

export interface FatalHost {
  readonly host: HostNamespace
  /** Ends its callers on demand. */
  readonly ipset: FatalProgram
}

export const startFatalHost = async (): Promise<FatalHost> => {
  const host = await startHelperHost()
  return { host, ipset: await installFatalProgram(host, 'ipset', 'restore -exist') }
}

/** A tenant that one network may reach, at revision 3. */
export const writeTenant = async (host: HostNamespace): Promise<void> => {
  const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, list(before)))
  expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
}

export const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })
export const entry = (cidr: string) => `${cidr},tcp:20000`

/** Sends a request to a helper that is killed by it. */
export const askFatally = async (host: HostNamespace, request: object): Promise<void> => {
  const session = await host.spawn([helperPath])
  await session.write(`${JSON.stringify(request)}\n`)
  await session.exited()
  expect(await session.output(), 'a killed helper has not answered').toBe('')
  expect((await host.exec(['cat', lockFile])).stdout).toBe('unfinished')
}

/** The kernel, read with raw tools, and the word of the lock file; nothing of it makes a difference by itself. */
export const look = async (host: HostNamespace) => ({
  entries: await entries(host, 'mh4'),
  ports: await entries(host, 'mhp'),
  word: (await host.exec(['cat', lockFile])).stdout,
})

export const expectAgreement = async (
  host: HostNamespace,
  revision: number,
  tenants: object,
): Promise<void> => {
  const [hello, records, seen] = await ask(
    host,
    { v: 1, op: 'hello' },
    { v: 1, op: 'records' },
    { v: 1, op: 'observe' },
  )
  expect(hello).toMatchObject({ ok: true, state: 'ok', revision })
  expect(records).toMatchObject({ ok: true, revision, tenants })
  expect(seen).toMatchObject({
    state: { revision, tenants: records?.['tenants'] },
    kernel: {
      base: [{ complete: true }, { complete: true }],
      drift: { missingCount: 0, surplusCount: 0 },
      problems: [],
    },
  })
  const file = JSON.parse((await host.exec(['cat', '/var/lib/memharbor/state.json'])).stdout)
  const { stdout: journal } = await host.exec(['cat', '/var/lib/memharbor/journal'])
  // Changes that are not in the one are in the other.
  expect(file.revision + journal.split('\n').length - 1).toBe(revision)
}

/** A call of a helper, by its name; it may be the same request again. */
export type Call = readonly [what: string, call: (host: HostNamespace, again: object) => Promise<unknown>]

/** All kinds of calls that come after a killed one. */
export const calls: readonly Call[] = [
  ['a look at the records', (host) => askOne(host, { v: 1, op: 'records' })],
  ['a hello', (host) => askOne(host, { v: 1, op: 'hello' })],
  ['a look at everything', (host) => askOne(host, { v: 1, op: 'observe' })],
  ['the same request again', (host, again) => askOne(host, again)],
  ['another change', (host) => askOne(host, reserve('other001'))],
  ['a change that is refused', (host) => askOne(host, put(1, list()))],
  ['the timer', (host) => restore(host)],
]

/** Makes a host that a test has used as good as new, with the tenant of {@link writeTenant}. */
export const freshenWithTenant = async (fatal: FatalHost): Promise<FatalHost> => {
  await freshenHelperHost(fatal.host)
  await writeTenant(fatal.host)
  return fatal
}

/** A helper is killed while it takes two networks of three out of the kernel, and the call makes that whole. */
export const playKilledClose = async (
  { host, ipset }: FatalHost,
  fate: 'before' | 'half' | 'after',
  [what, call]: Call,
): Promise<void> => {
  const all = [before, after, '192.0.2.0/24']
  expect(await askOne(host, put(3, list(...all)))).toMatchObject({ ok: true, revision: 4 })
  const request = close('acme0001', [before, after])
  await ipset.next(fate)
  await askFatally(host, request)
  const between = { before: all, half: [before, '192.0.2.0/24'], after: ['192.0.2.0/24'] }
  const left = between[fate]
  expect(await entries(host, 'mh4')).toEqual(left.map(entry).sort())
  await call(host, request)
  expect(await look(host)).toEqual({ entries: [entry('192.0.2.0/24')], ports: ['20000'], word: '' })
  const revision = what === 'another change' ? 6 : 5
  await expectAgreement(host, revision, { acme0001: { ...list('192.0.2.0/24'), revision: 5 } })
  expect(await askOne(host, request)).toMatchObject({
    replayed: true,
    revision: 5,
    closed: [before, after],
  })
}
