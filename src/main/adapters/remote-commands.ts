import { randomBytes } from 'node:crypto'

/**
 * Every command that is ever run on a host. They are constants: an SSH command is a string for a shell, so no value
 * may enter it but random hexadecimal digits; all data goes to standard input.
 */
const loader =
  'import sys,json;sys.stdout.write("ready\\n");sys.stdout.flush();' +
  'exec(compile(json.loads(sys.stdin.readline()),"memharbor","exec"))'

/** A word, or a part of one, that stands for the token of a call: random digits that nothing there says by chance. */
const tokenPlace = '<token>'

const helperFileScript = [
  'id -un',
  'command -v sudo >/dev/null || [ "$(id -u)" = 0 ] || exit 3',
  '[ -e /usr/local/sbin/memharbor-host ] || exit 4',
  '[ -x /usr/local/sbin/memharbor-host ] || exit 5',
].join('; ')

/** Where Docker listens on a server: the one place that forwarding, the fallback and the scripts there agree on. */
export const dockerSocketPath = '/var/run/docker.sock'

export const remoteCommands = {
  /** The installed helper, as root through its own sudoers entry. JSON lines in and out. */
  helper: ['sudo', '-n', '/usr/local/sbin/memharbor-host'],
  /** Reads facts as the ordinary user. The script comes on standard input, as for the two below. */
  observe: ['/usr/bin/python3', '-IS', '-'],
  /** Says whether root can be had without a password (status 0) or not. */
  sudoProbe: ['sudo', '-n', '/usr/bin/python3', '-IS', '-c', 'pass'],
  /** Says by which sudo rules this user may run what, in the order in which they count, if no password is wanted for it. */
  sudoRules: ['sudo', '-n', '-ll'],
  /**
   * Prints the name of this user, and says by its status why the helper may not start: 3 where there is no sudo, 4 no
   * helper, 5 none that may be executed.
   */
  helperFile: ['/bin/sh', '-c', helperFileScript],
  /**
   * As root: prints `ready`, then reads one line holding a script as a JSON string and runs it. Where sudo wants a password
   * it asks for it with the token of this call, which nothing else there says by chance. `-k` leaves out what it remembers.
   * `--stdin` in full: uutils' env 0.0.30 takes a `-S` for its own, wherever it stands.
   */
  prepare: ['sudo', '-k', '--stdin', '-p', tokenPlace, '/usr/bin/python3', '-IS', '-c', loader],
  /** The same as the ordinary user, for hosts where nobody may become root: enough to make an image. */
  prepareAsUser: ['/usr/bin/python3', '-IS', '-c', loader],
  /** Looks up accounts by their names, as the ordinary user: script and names come on standard input, as for `prepare`. */
  accounts: ['/usr/bin/python3', '-IS', '-c', loader],
  /** Carries bytes to a port of the host's loopback address, where forwarding is forbidden: script, then the port. */
  relayPort: ['/usr/bin/python3', '-IS', '-c', loader],
  /** Prints from where sshd sees this connection come: `203.0.113.7 51234 198.51.100.2 22`. Status 1: not over SSH. */
  sshConnection: ['printenv', 'SSH_CONNECTION'],
  /**
   * Docker's API over standard input and output, where stream-local forwarding is forbidden. The socket is named, and
   * the configuration is none of the login's: a context there means another daemon.
   */
  dialDocker: [
    ...['docker', '--config', '/nonexistent', '-H', `unix://${dockerSocketPath}`, 'system', 'dial-stdio'],
  ],
} as const satisfies Record<string, readonly string[]>

export type RemoteCommand = keyof typeof remoteCommands

/** A program's environment there: none of the login's own, so that DOCKER_HOST or another locale of it changes nothing. */
const ownEnvironment = {
  LC_ALL: 'C',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin',
} as const

/** Variables of the login that a program may have: who it is, and from where the connection comes. */
const keptVariables = ['HOME', 'USER', 'LOGNAME', 'SSH_CONNECTION'] as const

/** A command as it is sent for one call. */
export interface RenderedCommand {
  readonly line: string
  /** The line on standard output after which the answer begins. */
  readonly stdoutMark: string
  /** The line on standard error after which the command's own words begin. */
  readonly stderrMark: string
  /** The digits that stand for {@link tokenPlace} in the command's words. */
  readonly token: string
}

/**
 * The one line for a command. Each login shell understands it (sh, bash, zsh, fish, csh), because it has nothing but words in
 * single quotes; /bin/sh says the marks and becomes the program. Each mark is given in two halves, so that a login
 * that prints the command itself does not print a mark.
 * @param user the login's name: root runs without sudo what others run by it
 * @example renderShellCommand('helper').line
 * // "exec /bin/sh -c '…' 'memharbor' '6f…' '0a…' '91…' 'c4…' 'sudo' '-n' '/usr/local/sbin/memharbor-host'"
 */
export function renderShellCommand(command: RemoteCommand, user = ''): RenderedCommand {
  const [stderrHalves, stdoutHalves] = [makeHalves(), makeHalves()]
  const token = makeDigits()
  const all = renderWords(command, token)
  const program = user === 'root' ? withoutSudo(all) : all
  const words = ['memharbor', ...stderrHalves, ...stdoutHalves, ...program]
  return {
    line: `exec /bin/sh -c ${[beginAnswer, ...words].map((word) => `'${word}'`).join(' ')}`,
    stdoutMark: stdoutHalves.join(''),
    stderrMark: stderrHalves.join(''),
    token,
  }
}

/** The words of a command for a program that is started without a shell. */
export function renderWords(command: RemoteCommand, token: string): readonly string[] {
  return remoteCommands[command].map((word) => word.replaceAll(tokenPlace, token))
}

/** The same words for root, who needs no sudo, and often has none. */
export function withoutSudo(words: readonly string[]): readonly string[] {
  const program = words.findIndex((word) => word.startsWith('/'))
  return words[0] === 'sudo' && program > 0 ? words.slice(program) : words
}

/** Standard error first: where a login has joined it to standard output, its mark is not taken for an answer. */
const beginAnswer = [
  ...['echo "$1$2" >&2', 'echo "$3$4"', 'shift 4'],
  `exec /usr/bin/env -i ${[
    ...Object.entries(ownEnvironment).map(([name, value]) => `${name}=${value}`),
    ...keptVariables.map((name) => `${name}="$${name}"`),
    '"$@"',
  ].join(' ')}`,
].join('; ')

const makeHalves = (): [string, string] => [makeDigits(), makeDigits()]

/** Random digits, which nothing says by chance: no program of the server, no startup file, no message. */
export const makeDigits = (): string => randomBytes(8).toString('hex')
