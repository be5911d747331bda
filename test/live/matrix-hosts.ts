import type { SudoRule } from '../hosts/account.ts'
import type { Programs } from '../hosts/live/programs.ts'
import type { Suite } from '../hosts/live/suites.ts'

/** A kind of server that everything is tried on. */
export interface MatrixHost extends Programs {
  readonly suite: Suite
  readonly sudo: Exclude<SudoRule, 'none'>
  readonly sudoRs: boolean
  readonly uutils: boolean
}

const bookworm: MatrixHost = { suite: 'bookworm', sudo: 'password', sudoRs: false, uutils: false }

/** Each release with each sudo and each coreutils that Debian has for it. */
export const matrixHosts: readonly MatrixHost[] = [
  bookworm,
  ...(['trixie', 'forky'] as const).flatMap((suite) =>
    [false, true].flatMap((uutils) => [
      { suite, sudo: 'password', sudoRs: false, uutils } as const,
      { suite, sudo: 'password', sudoRs: true, uutils } as const,
      { suite, sudo: 'nopasswd', sudoRs: true, uutils } as const,
    ]),
  ),
]

/** Its name in tests and in docs/servers.md: `forky, sudo-rs asks, uutils`. */
export const nameHost = ({ suite, sudo, sudoRs, uutils }: MatrixHost): string =>
  [
    suite,
    `${sudoRs ? 'sudo-rs' : 'sudo'} ${sudo === 'password' ? 'asks' : 'does not ask'}`,
    uutils ? 'uutils' : 'GNU coreutils',
  ].join(', ')

/** What is tried on each kind of server, as the columns of docs/servers.md name it. */
export const matrixSteps = [
  'upgrade from b696e63',
  'whole life of a tenant',
  'reboot',
  'Docker restarted',
  'containerd restarted',
  'control',
  'undo',
] as const
