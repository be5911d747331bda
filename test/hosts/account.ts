import { writeHostFile } from './host-files.ts'
import type { Namespace } from './namespace.ts'
import { mustRun, run } from './run.ts'

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

/** Makes the ordinary user that an operator logs in with. */
export const makeAccount = async (host: Pick<Namespace, 'enter'>, account: Account): Promise<void> => {
  const { user, password, sudo } = account
  // The machine may have somebody of that name.
  await run(host.enter(['userdel', '--force', '--remove', user]))
  await mustRun(host.enter(['useradd', '--create-home', '--shell', '/bin/bash', user]))
  // Without PAM sshd takes an account that has no password for a locked one.
  await mustRun(host.enter(['chpasswd']), { input: `${user}:${password}\n` })
  if (account.inDockerGroup) await mustRun(host.enter(['usermod', '--append', '--groups', 'docker', user]))
  if (sudo !== 'none') {
    await writeHostFile(host, '/etc/sudoers.d/operators', `${user} ALL=(ALL:ALL) ${rules[sudo]}\n`, {
      mode: '440',
    })
  }
  const home = `/home/${user}/.ssh`
  await mustRun(host.enter(['install', '-d', '-m', '700', '-o', user, '-g', user, home]))
  const keys = `${account.publicKeys.join('\n')}\n`
  await writeHostFile(host, `${home}/authorized_keys`, keys, { mode: '600', owner: user })
}
