import { expect } from 'vitest'
import { writeHostFile } from '../../hosts/host-files.ts'
import type { PanelHost } from '../panel-host.ts'

/** A login that does not do what a panel would expect of it. */
export interface OddLogin {
  readonly name: string
  /** Its startup file, of bash unless `file` names another one. */
  readonly startup?: string
  readonly file?: string
  /** A path; bash unless given. */
  readonly shell?: string
  /** Options of its key in authorized_keys, such as `command="…"`. */
  readonly keyOptions?: string
  /** Run as root before, and after. */
  readonly before?: string
  readonly after?: string
  /** The server's SSH forbids to forward sockets, so that Docker is reached by a command too. */
  readonly isForwarding?: boolean
  /** What check says of it, in each of its lines about the login; none: nothing is said, and all is well. */
  readonly told: readonly RegExp[]
  /** Whether commands do run all the same. */
  readonly works: boolean
}

const bashrc = /~\/\.bashrc/

/** Those of the quick tests: one of each kind. */
export const mainOddLogins: readonly OddLogin[] = [
  { name: 'prints to standard output', startup: 'echo Welcome\n', works: true, told: [/prints "Welcome"/] },
  {
    name: 'sends docker to another daemon, and takes the time away',
    startup:
      'export DOCKER_HOST=unix:///run/other.sock DOCKER_CONTEXT=other LC_ALL=de_DE.UTF-8 PATH=/bin\nreadonly TMOUT=1\n',
    isForwarding: false,
    works: true,
    told: [],
  },
  { name: 'reads its input', startup: 'read -r answer\n', works: false, told: [bashrc] },
  { name: 'has the shell tcsh', shell: '/usr/bin/tcsh', works: true, told: [] },
  {
    name: 'has no shell',
    shell: '/usr/sbin/nologin',
    works: false,
    told: [/no shell.*"This account is currently not available\."/],
  },
  {
    name: 'has a command that is forced on it',
    keyOptions: 'command="docker system dial-stdio"',
    works: false,
    told: [/ended before the command|did not come to the command/],
  },
]

/** Further ones. */
export const furtherOddLogins: readonly OddLogin[] = [
  {
    name: 'sets the title of a window',
    startup: 'printf "\\033]0;web1\\007"\n',
    works: true,
    told: [/0;web1/],
  },
  { name: 'starts an agent', startup: 'echo Agent pid 4711\n', works: true, told: [/Agent pid 4711/] },
  { name: 'prints to standard error', startup: 'echo careful >&2\n', works: true, told: [] },
  { name: 'prints like a reply', startup: `echo '{"ok":true}'\n`, works: true, told: [/\{"ok":true\}/] },
  {
    name: 'prints what it was asked for',
    startup: 'echo "$BASH_EXECUTION_STRING"\n',
    works: true,
    told: [/exec/],
  },
  { name: 'traces', startup: 'set -x\n', works: true, told: [] },
  { name: 'joins both outputs', startup: 'exec 2>&1\n', works: true, told: [] },
  { name: 'drops standard error', startup: 'exec 2>/dev/null\n', works: true, told: [] },
  { name: 'has no standard output', startup: 'exec >/dev/null\n', works: false, told: [/printed nothing/] },
  {
    name: 'waits for its input for three seconds',
    startup: 'read -t 3 -r answer\n',
    works: true,
    told: [/takes 3\.\d s/],
  },
  { name: 'becomes another shell', startup: 'exec sh\n', works: false, told: [bashrc] },
  {
    name: 'wants a terminal for a screen',
    startup: 'echo "open terminal failed: not a terminal"; exit 1\n',
    works: false,
    told: [/open terminal failed/],
  },
  { name: 'ends', startup: 'exit 0\n', works: false, told: [/printed nothing.*/] },
  { name: 'has a syntax error', startup: 'if true; then\n', works: true, told: [] },
  { name: 'prints without an end', startup: 'exec yes\n', works: false, told: [/prints without an end/] },
  { name: 'has a strict umask and no home', startup: 'umask 077; cd /nowhere\n', works: true, told: [] },
  { name: 'makes exec something else', startup: 'exec() { echo no; }\n', works: false, told: [/"no"/] },
  { name: 'has the shell csh', shell: '/bin/bsd-csh', works: true, told: [] },
  {
    name: 'has the shell tcsh and prints',
    shell: '/usr/bin/tcsh',
    file: '.tcshrc',
    startup: 'echo hello\n',
    works: true,
    told: [/prints "hello".*~\/\.tcshrc/],
  },
  { name: 'has the shell zsh', shell: '/usr/bin/zsh', works: true, told: [] },
  {
    name: 'has the shell zsh and prints',
    shell: '/usr/bin/zsh',
    file: '.zshenv',
    startup: 'echo hello\n',
    works: true,
    told: [/prints "hello".*~\/\.zshenv/],
  },
  { name: 'has the shell fish', shell: '/usr/bin/fish', works: true, told: [] },
  { name: 'has the shell dash', shell: '/bin/dash', works: true, told: [] },
  { name: 'has the shell ksh', shell: '/usr/bin/ksh93', works: true, told: [] },
  { name: 'has the shell mksh', shell: '/bin/mksh', works: true, told: [] },
  { name: 'has the shell yash', shell: '/usr/bin/yash', works: true, told: [] },
  { name: 'has a restricted shell', shell: '/bin/rbash', works: false, told: [/restricted shell/] },
  {
    name: 'has a shell for git only',
    shell: '/usr/bin/git-shell',
    works: false,
    told: [/ended before the command/],
  },
  { name: 'has the shell false', shell: '/bin/false', works: false, told: [/no shell/] },
  {
    name: 'is for files only',
    keyOptions: 'command="internal-sftp"',
    works: false,
    told: [/did not come to the command|ended before/],
  },
  {
    name: 'has to change its password',
    before: 'sed -i "s/UsePAM no/UsePAM yes/" /etc/ssh/sshd_config && chage -d 0 "$user"',
    after: 'chage -d 20000 "$user"',
    works: false,
    told: [/has to be changed/],
  },
]

/** Makes it so, looks at what check says of it, and puts everything back. */
export const tryOddLogin = async ({ host, panel }: PanelHost, login: OddLogin): Promise<void> => {
  const { user } = host
  const home = `/home/${user}`
  const startup = `${home}/${login.file ?? '.bashrc'}`
  const keys = `${home}/.ssh/authorized_keys`
  const run = async (script: string): Promise<void> => {
    const { status, stderr } = await host.exec(['sh', '-ec', `user=${user}; ${script}`])
    expect([status, stderr]).toEqual([0, ''])
  }
  await run(`cp -p ${keys} /run/keys; cp -p /etc/ssh/sshd_config /run/config; cp -p /etc/passwd /run/passwd`)
  if (login.startup !== undefined)
    await writeHostFile(host.namespace, startup, login.startup, { owner: user })
  if (login.shell !== undefined)
    await run(`sed -i 's#^\\(${user}:.*:\\)[^:]*$#\\1${login.shell}#' /etc/passwd`)
  if (login.keyOptions !== undefined) await run(`sed -i 's#^#${login.keyOptions} #' ${keys}`)
  if (login.isForwarding === false) await run('sed -i "1i DisableForwarding yes" /etc/ssh/sshd_config')
  if (login.before !== undefined) await run(login.before)
  await host.stopSsh()
  await host.startSsh()
  try {
    const { lines } = await panel.client.host.check({ name: host.name })
    const about = lines
      .filter((line) => line.subject === 'Login')
      .map(({ sentence, advice }) => `${sentence} ${advice ?? ''}`)
    expect(about).toHaveLength(login.told.length)
    for (const [at, words] of login.told.entries()) expect(about[at]).toMatch(words)
    const wrong = lines.filter(({ verdict }) => verdict === 'bad' || verdict === 'missing')
    expect(wrong.map(({ subject }) => subject)).toEqual(login.works ? [] : ['Login', 'Filter'])
    const tenants = await panel.client.tenant.list({})
    expect(tenants.map(({ state }) => state)).toEqual([login.works ? 'running' : 'unknown'])
  } finally {
    await run(
      `rm -f ${startup}; cp -p /run/keys ${keys}; cp -p /run/config /etc/ssh/sshd_config; cp -p /run/passwd /etc/passwd`,
    )
    if (login.after !== undefined) await run(login.after)
    await host.stopSsh()
    await host.startSsh()
  }
}
