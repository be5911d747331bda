import { expect, it } from 'vitest'
import { parseHelperRule, parseSudoAnswer } from '../../src/domain/sudo-answer.ts'

it.each<[number | null, string, ReturnType<typeof parseSudoAnswer>]>([
  [0, '', { kind: 'free' }],
  [1, 'sudo: a password is required\n', { kind: 'password' }],
  [1, 'sudo: interactive authentication is required\n', { kind: 'password' }],
  [1, 'sudo: unable to resolve host web1\nsudo: a password is required\n', { kind: 'password' }],
  [1, 'deploy is not in the sudoers file.\n', { kind: 'refused' }],
  [1, 'deploy is not in the sudoers file.\nThis incident has been reported.\n', { kind: 'refused' }],
  [1, 'Sorry, user deploy may not run sudo on web1.\n', { kind: 'refused' }],
  [1, "Sorry, user deploy is not allowed to execute '/bin/true' as root on web1.\n", { kind: 'refused' }],
  [1, "sudo: I'm sorry deploy. I'm afraid I can't do that\n", { kind: 'refused' }],
  ...[
    'sudo: sorry, you must have a tty to run sudo',
    'sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set',
    'sudo: a terminal is required to read the password',
    'Welcome. Whoever is not in the sudoers file asks for a password that is required',
  ].map((words): [number, string, ReturnType<typeof parseSudoAnswer>] => [
    1,
    `${words}\n`,
    { kind: 'unclear', words },
  ]),
  [127, 'bash: line 1: exec: sudo: not found\n', { kind: 'unclear', words: 'sudo: not found' }],
  [null, '', { kind: 'unclear', words: 'nothing' }],
])('status %s and %j', (status, stderr, answer) => {
  expect(parseSudoAnswer(status, stderr)).toEqual(answer)
})

const listed = (...rules: string[]): string =>
  ['User deploy may run the following commands on web1:', ...rules.map((rule) => `    ${rule}`), ''].join(
    '\n',
  )
const helperRule = '(root) NOPASSWD: /usr/local/sbin/memharbor-host ""'

it.each([
  [listed('(ALL : ALL) NOPASSWD: ALL', helperRule, '(ALL) ALL'), 'deploy'],
  [`Matching Defaults entries for deploy on web1:\n    env_reset\n\n${listed(helperRule)}`, 'deploy'],
  [listed('(root) EXEC: NOPASSWD: /usr/local/sbin/memharbor-host ""'), 'deploy'],
  [listed('(root) NOPASSWD: EXEC: /usr/local/sbin/memharbor-host ""'), 'deploy'],
  [listed('(root) NOEXEC: NOPASSWD: /usr/local/sbin/memharbor-host ""'), null],
  [listed('(ALL : ALL) NOPASSWD: ALL'), null],
  [listed('(root) /usr/local/sbin/memharbor-host ""'), null],
  [listed('(root) NOPASSWD: /usr/local/sbin/memharbor-host'), null],
  [`    ${helperRule}\n`, null],
  ['', null],
])('the rule of the helper in %j', (stdout, user) => {
  expect(parseHelperRule(stdout)).toBe(user)
})
