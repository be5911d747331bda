/**
 * Every command that is ever run on a host. They are constants: an SSH command is a string for a shell, so no value
 * may enter it; all data goes to standard input.
 */
const loader =
  'import sys,json;sys.stdout.write("ready\\n");sys.stdout.flush();' +
  'exec(compile(json.loads(sys.stdin.readline()),"memharbor","exec"))'

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
  sudoRules: ['sudo', '-n', '-l'],
  /** As root without a password: prints `ready`, then reads one line holding a script as a JSON string and runs it. */
  prepare: ['sudo', '-n', '/usr/bin/python3', '-IS', '-c', loader],
  /** The same with the sudo password as the first line of standard input. `-k` makes sudo read it in any case. */
  prepareWithPassword: ['sudo', '-k', '-S', '/usr/bin/python3', '-IS', '-c', loader],
  /** The same as the ordinary user, for hosts where nobody may become root: enough to make an image. */
  prepareAsUser: ['/usr/bin/python3', '-IS', '-c', loader],
  /** Looks up accounts by their names, as the ordinary user: script and names come on standard input, as for `prepare`. */
  accounts: ['/usr/bin/python3', '-IS', '-c', loader],
  /** Prints from where sshd sees this connection come: `203.0.113.7 51234 198.51.100.2 22`. Status 1: not over SSH. */
  sshConnection: ['printenv', 'SSH_CONNECTION'],
  /**
   * Docker's API over standard input and output, where stream-local forwarding is forbidden. The socket is named, and
   * the environment and the configuration are none of the login's: DOCKER_HOST or a context there means another daemon.
   */
  dialDocker: [
    ...['/usr/bin/env', '-i', 'LC_ALL=C'],
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin',
    ...['docker', '--config', '/nonexistent', '-H', `unix://${dockerSocketPath}`, 'system', 'dial-stdio'],
  ],
} as const satisfies Record<string, readonly string[]>

export type RemoteCommand = keyof typeof remoteCommands

/**
 * The one shell line for a command, single-quoted word by word. `LC_ALL=C` keeps messages parseable.
 * @example renderShellCommand('helper') // "LC_ALL=C exec 'sudo' '-n' '/usr/local/sbin/memharbor-host'"
 */
export function renderShellCommand(command: RemoteCommand): string {
  const words = remoteCommands[command].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  return `LC_ALL=C exec ${words.join(' ')}`
}
