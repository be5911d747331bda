import { describe, expect, it } from 'vitest'
import { judgeHelperRight, renderRule } from '../../../src/core/sudo/judge-rules.ts'
import { parseSudoRules } from '../../../src/core/sudo/parse-rules.ts'

const helper = '/usr/local/sbin/memharbor-host'

interface Given {
  readonly file?: string
  readonly users?: string
  readonly groups?: string
  readonly options?: string
  readonly commands: readonly string[]
}

/** As `sudo -ll` prints it. */
const list = (...rules: readonly Given[]): string =>
  [
    'Matching Defaults entries for deploy on web1:',
    '    env_reset, mail_badpass,',
    '    secure_path=/usr/sbin\\:/usr/bin\\:/sbin\\:/bin',
    '',
    'User deploy may run the following commands on web1:',
    ...rules.flatMap(({ file, users = 'ALL', groups, options, commands }) => [
      '',
      file === undefined ? 'Sudoers entry:' : `Sudoers entry: ${file}`,
      `    RunAsUsers: ${users}`,
      ...(groups === undefined ? [] : [`    RunAsGroups: ${groups}`]),
      ...(options === undefined ? [] : [`    Options: ${options}`]),
      '    Commands:',
      ...commands.map((command) => `\t${command}`),
    ]),
    '',
  ].join('\n')

const own = {
  file: '/etc/sudoers.d/zz-memharbor',
  users: 'root',
  options: '!noexec, !authenticate',
  commands: [`${helper} ""`],
}
const all = { file: '/etc/sudoers', groups: 'ALL', commands: ['ALL'] }
const judge = (...rules: readonly Given[]) => {
  const parsed = parseSudoRules(list(...rules))
  return parsed === null ? null : judgeHelperRight(parsed)
}

describe('the rules of sudo', () => {
  it('are read with the file of each, where sudo names it', () => {
    expect(parseSudoRules(list(all, own))).toEqual({
      user: 'deploy',
      rules: [
        { file: '/etc/sudoers', users: ['ALL'], groups: ['ALL'], options: [], commands: ['ALL'] },
        {
          file: '/etc/sudoers.d/zz-memharbor',
          users: ['root'],
          groups: [],
          options: ['!noexec', '!authenticate'],
          commands: [`${helper} ""`],
        },
      ],
    })
    expect(parseSudoRules(list({ commands: ['ALL'] }))?.rules).toMatchObject([{ file: '' }])
    expect(parseSudoRules('sudo: a password is required\n')).toBeNull()
    expect(parseSudoRules('')).toBeNull()
  })

  it.each<[string, readonly Given[], string]>([
    ['none at all', [], 'none'],
    ['a password for everything', [all], 'none'],
    ['everything without one', [{ ...all, options: '!authenticate' }], 'free'],
    ['the own one last', [all, own], 'free'],
    ['the same, as sudo-rs 0.2.5 lists it', [all, { ...own, commands: [helper] }], 'free'],
    ['a later one for everything', [own, all], 'overruled'],
    ['a later one that forbids it', [own, { commands: ['ALL', `!${helper}`] }], 'overruled'],
    [
      'a later one that forbids something else',
      [own, { commands: ['/usr/bin/ls', '!/usr/bin/cat'] }],
      'free',
    ],
    ['a later one for its folder', [own, { commands: ['/usr/local/sbin/'] }], 'overruled'],
    ['a later one for a folder above', [own, { commands: ['/usr/local/'] }], 'free'],
    ['a later pattern', [own, { commands: ['/usr/local/*/mem*'] }], 'overruled'],
    ['a later pattern that fits something else', [own, { commands: ['/usr/*/memharbor'] }], 'free'],
    ['a pattern that would take long to compare', [own, { commands: [`/${'*r'.repeat(40)}`] }], 'free'],
    ['a later one for another user', [own, { ...all, users: 'www-data' }], 'free'],
    ['a later one without a password', [own, { ...all, options: '!authenticate' }], 'free'],
  ])('let the helper run: %s', (_, rules, kind) => {
    expect(judge(...rules)).toMatchObject({ kind })
  })

  it('name the one that counts', () => {
    const judged = judge(own, all, { commands: ['/usr/bin/ls'] })
    expect(judged).toMatchObject({ kind: 'overruled', by: { file: '/etc/sudoers' } })
    if (judged?.kind === 'overruled') expect(renderRule(judged.by)).toBe('(ALL : ALL) ALL')
  })

  it('are rendered as sudoers has them', () => {
    expect(
      parseSudoRules(list(own, { commands: ['/usr/bin/ls', '!/usr/bin/cat'] }))?.rules.map(renderRule),
    ).toEqual([`(root) NOPASSWD: ${helper} ""`, '(ALL) /usr/bin/ls, !/usr/bin/cat'])
  })
})
