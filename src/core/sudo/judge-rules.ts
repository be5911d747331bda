import type { SudoRule, SudoRules } from './parse-rules.ts'

const helper = '/usr/local/sbin/memharbor-host'

/**
 * By which rule a user may run the helper. `none`: by none, so that preparing gives one. `free`: without a password.
 * `overruled`: the helper's own rule is there, and `by` comes later and counts.
 */
export type HelperRight =
  | { readonly kind: 'none' }
  | { readonly kind: 'free' }
  | { readonly kind: 'overruled'; readonly by: SudoRule }

/** sudo takes the last rule that fits, and within a rule the last command. */
export function judgeHelperRight({ rules }: SudoRules): HelperRight {
  const own = rules.findLastIndex(isOwn)
  const winner = rules.findLastIndex((rule) => readVerdict(rule) !== 'none')
  const by = rules[winner]
  if (by !== undefined && readVerdict(by) === 'allowed' && isFree(by)) return { kind: 'free' }
  return own < 0 || by === undefined ? { kind: 'none' } : { kind: 'overruled', by }
}

const isFree = ({ options }: SudoRule): boolean => options.includes('!authenticate')

const isOwn = (rule: SudoRule): boolean =>
  isFree(rule) && rule.commands.length === 1 && withoutArguments(rule.commands[0] ?? '') === helper

const withoutArguments = (command: string): string => command.replace(/ ""$/, '')

function readVerdict({ users, commands }: SudoRule): 'allowed' | 'forbidden' | 'none' {
  if (!users.some((user) => ['ALL', 'root', '#0'].includes(user))) return 'none'
  const last = commands.findLast((command) => fits(command.replace(/^!+/, '')))
  if (last === undefined) return 'none'
  return last.startsWith('!') ? 'forbidden' : 'allowed'
}

/** A path, a folder with its slash, or a pattern of the shell; the helper is run without arguments. */
function fits(command: string): boolean {
  const path = withoutArguments(command)
  if (path === 'ALL' || path === helper) return true
  if (path.endsWith('/')) return helper.startsWith(path) && !helper.slice(path.length).includes('/')
  return /[*?]/.test(path) && path.split('*').length <= mostStars && toPattern(path).test(helper)
}

/** The pattern is the host's, and each star of it multiplies the ways in which it may fit. */
const mostStars = 4

function toPattern(glob: string): RegExp {
  const text = glob
    .replaceAll(/[.+^${}()|\\[\]]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
  return new RegExp(`^${text}$`)
}

/** The rule as a line of sudoers has it, without its user: `(ALL : ALL) NOPASSWD: ALL`. */
export function renderRule({ users, groups, options, commands }: SudoRule): string {
  const as = [users.join(', '), ...(groups.length === 0 ? [] : [groups.join(', ')])].join(' : ')
  const tags = options.includes('!authenticate') ? 'NOPASSWD: ' : ''
  return `(${as}) ${tags}${commands.join(', ')}`
}
