import { describe, expect, it } from 'vitest'
import { adviseOverruled } from '../../../src/core/sudo/advise-overruled.ts'
import { chooseSudoWords } from '../../../src/core/sudo/choose-words.ts'
import { adviseRefused, describeRefusal } from '../../../src/core/sudo/describe-refusal.ts'

describe('what people read of sudo', () => {
  it.each<[string, readonly string[], string]>([
    ['its last line', ['deploy is not in the sudoers file.'], 'deploy is not in the sudoers file'],
    [
      'no warning about another file',
      ["/etc/sudoers.d/t:1:10: unknown setting: 'requiretty'", '^~~', 'sudo: a password is required'],
      'sudo: a password is required',
    ],
    [
      'the reason before its consequence',
      ['sudo: account validation failure, is your account locked?', 'sudo: a password is required'],
      'sudo: account validation failure, is your account locked?; sudo: a password is required',
    ],
    ['nothing', ['  ^~~', ''], 'nothing'],
  ])('is %s', (_, lines, words) => {
    expect(chooseSudoWords(lines)).toBe(words)
  })

  it.each([
    ['it answers "sudo: sorry, you must have a tty to run sudo"', '!requiretty'],
    ['it answers "sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set"', 'chmod 4755'],
    ['after the password it answers "sudo: Account or password is expired, reset your password"', '`passwd`'],
    ['it answers "sudo: PAM error: Authentication token manipulation error"', '`passwd`'],
    ['nothing within 60 s', '!fqdn'],
    ['sudo is not installed there', 'Install sudo'],
    ['after the password it answers "deploy is not in the sudoers file"', 'sudo group'],
    ['it answers "sudo: a password is required"', 'Prepare the host'],
    [describeRefusal({ kind: 'asks-more', question: 'Verification code:' }), 'asks for a password alone'],
  ])('of "%s" it is said what to do', (reason, advice) => {
    expect(adviseRefused(reason, 'deploy')).toContain(advice)
  })

  it.each([
    ['/etc/sudoers', /^Move that rule in \/etc\/sudoers above its line `@includedir/],
    ['/etc/sudoers.d/zzz', /^Move that rule into a file of \/etc\/sudoers\.d whose name sorts before/],
    [undefined, /^Find it there, as `sudo -ll` shows it for deploy: in \/etc\/sudoers it belongs above/],
  ])('of a rule in %s it is said where to', (file, advice) => {
    expect(adviseOverruled({ host: 'web', user: 'deploy', file })).toMatch(advice)
  })
})
