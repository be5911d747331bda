import type { Namespace } from './namespace.ts'
import { mustRun } from './run.ts'

/** How the operator of a host becomes root: with a password, without one, or not at all. */
export type SudoRule = 'password' | 'nopasswd' | 'none'

export interface Account {
  readonly user: string
  readonly password: string
  readonly sudo: SudoRule
  readonly inDockerGroup: boolean
  /** Lines of authorized_keys. */
  readonly publicKeys: readonly string[]
}

const rules = { password: 'ALL', nopasswd: 'NOPASSWD: ALL' } as const

/**
 * The arguments are the user, further groups, the sudo rule and the keys; standard input has the password. One script,
 * because entering a host for each step costs more than the step. The password's hash is a quick one for the same reason.
 */
const script = `set -e
user=$1 groups=$2 rule=$3 keys=$4
# The machine may have somebody of that name.
if id -u "$user" >/dev/null 2>&1; then userdel --force --remove "$user"; fi
useradd --create-home --shell /bin/bash $groups "$user"
# Without PAM sshd takes an account that has no password for a locked one.
chpasswd --crypt-method SHA256 --sha-rounds 1000
if [ -n "$rule" ]; then
  mkdir -p -m 755 /etc/sudoers.d
  (umask 337; printf '%s\\n' "$rule" >/etc/sudoers.d/operators)
fi
umask 077
mkdir "/home/$user/.ssh"
printf '%s\\n' "$keys" >"/home/$user/.ssh/authorized_keys"
chown -R "$user:$user" "/home/$user/.ssh"
`

/** Makes the ordinary user that an operator logs in with. */
export const makeAccount = async (host: Pick<Namespace, 'enter'>, account: Account): Promise<void> => {
  const { user, password, sudo } = account
  const groups = account.inDockerGroup ? '--groups=docker' : ''
  const rule = sudo === 'none' ? '' : `${user} ALL=(ALL:ALL) ${rules[sudo]}`
  const argv = ['sh', '-c', script, 'make-account', user, groups, rule, account.publicKeys.join('\n')]
  await mustRun(host.enter(argv), { input: `${user}:${password}\n` })
}
