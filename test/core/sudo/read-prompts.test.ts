import { describe, expect, it } from 'vitest'
import { readPrompts } from '../../../src/core/sudo/read-prompts.ts'

const token = '5eed5eed'
/** As sudo-rs prints it; `-p` is not all of it. */
const bracketed = (question: string): string => `[sudo: ${token}] ${question} `

describe('the prompts of sudo', () => {
  it.each<[string, string, Partial<ReturnType<typeof readPrompts>>]>([
    ['nothing', '', { count: 0, said: [], open: '' }],
    ['a prompt', token, { count: 1, isRetry: false, said: [], open: '' }],
    ['one of sudo-rs', bracketed('Password:'), { count: 1, question: 'Password:', said: [], open: '' }],
    ['a wrong password', `${token}Sorry, try again.\n${token}`, { count: 2, isRetry: true }],
    ['an insult', `${token}Ying Tong Iddle I Po\n${token}`, { count: 2, isRetry: true, saidLast: [] }],
    ['a word of nothing but blanks', `${token} \n${token}`, { count: 2, isRetry: true }],
    [
      'a wrong password, sudo-rs',
      `${bracketed('Password:')}\nsudo: Authentication failed, try again.\n${bracketed('Password:')}`,
      { count: 2, isRetry: true, said: ['sudo: Authentication failed, try again.'] },
    ],
    ['a one-time code', `${token}${token}`, { count: 2, isRetry: false, question: '' }],
    [
      'a one-time code, sudo-rs',
      `${bracketed('Password:')}\n${bracketed('Verification code:')}`,
      { count: 2, isRetry: false, question: 'Verification code:', said: [] },
    ],
    [
      'a one-time code whose prompt is not ours',
      `${token}Verification code: `,
      { count: 1, isRetry: false, open: 'Verification code:' },
    ],
    [
      'a lecture whose last line has no end',
      `Sorry, try again. a password is required\n[sudo] password for deploy: ${token}`,
      { count: 1, isRetry: false, said: ['Sorry, try again. a password is required'], saidLast: [] },
    ],
    [
      'a refusal after the password',
      `${token}deploy is not in the sudoers file.\n`,
      { count: 1, saidLast: ['deploy is not in the sudoers file.'], open: '' },
    ],
    [
      'the last try, sudo-rs',
      `${bracketed('Password:')}\nsudo: maximum 1 incorrect authentication attempts\n`,
      { count: 1, question: 'Password:', saidLast: ['sudo: maximum 1 incorrect authentication attempts'] },
    ],
    [
      'a warning about another file before it',
      `/etc/sudoers.d/t2:1:9: syntax error\nthis is no rule\n        ^~\n${token}`,
      { count: 1, saidLast: [], open: '' },
    ],
    [
      'the same, sudo-rs',
      `/etc/sudoers.d/t:2:10: unknown setting: 'requiretty'\n  ^~~\n${bracketed('Password:')}\n`,
      { count: 1, isRetry: false, saidLast: [], question: 'Password:' },
    ],
    ['no prompt', 'sudo: sorry, you must have a tty to run sudo\n', { count: 0, open: '' }],
  ])('%s', (_, stderr, expected) => {
    expect(readPrompts(stderr, token)).toMatchObject(expected)
  })

  it('are not printed by anybody who does not know the token', () => {
    const forged = `[sudo: 0badf00d] Password: \nSorry, try again.\n[sudo] password for deploy: `
    expect(readPrompts(forged, token)).toMatchObject({ count: 0 })
  })
})
