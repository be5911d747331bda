import { expect, it } from 'vitest'
import { renderSeccompProfile } from '../../src/domain/container-syscalls.ts'

interface Rule {
  readonly names: readonly string[]
  readonly action: string
  readonly args?: readonly object[]
}
const profile = JSON.parse(renderSeccompProfile()) as { defaultAction: string; syscalls: readonly Rule[] }
const allowed = (name: string): Rule[] =>
  profile.syscalls.filter(({ names, action }) => names.includes(name) && action === 'SCMP_ACT_ALLOW')

it('allows only what is listed, and each call once', () => {
  expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO')
  const free = profile.syscalls.filter(
    ({ args, action }) => args === undefined && action === 'SCMP_ACT_ALLOW',
  )
  const names = free.flatMap((rule) => rule.names)
  expect(names.toSorted()).toEqual([...new Set(names)].sort())
})

it.each(['connect', 'clone3', 'unshare', 'setns', 'mount', 'ptrace', 'bpf', 'keyctl', 'io_uring_setup'])(
  'does not allow %s',
  (name) => expect(allowed(name)).toEqual([]),
)

it.each(['socket', 'socketpair', 'clone', 'send', 'sendto', 'sendmsg', 'sendmmsg'])(
  'allows %s with certain arguments only',
  (name) => {
    expect(allowed(name).every(({ args }) => args !== undefined && args.length > 0)).toBe(true)
  },
)

it('allows pairs of sockets of unix(7) only', () => {
  const [pair, ...more] = allowed('socketpair')
  expect(more).toEqual([])
  expect(pair?.args).toEqual([{ index: 0, value: 1, op: 'SCMP_CMP_EQ' }])
})
