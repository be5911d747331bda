import { fail } from './problem-error.ts'

/** One hop of a ProxyJump chain as written: `user@address:port`. */
export interface SshJump {
  readonly user?: string
  readonly address: string
  readonly port?: number
}

/** OpenSSH's settings for one destination. Paths are as written: see {@link expandSshPath}. */
export interface SshConfig {
  readonly hostname: string
  readonly user: string
  readonly port: number
  readonly identityFiles: readonly string[]
  /** A socket path, `none`, `SSH_AUTH_SOCK` or `$VARIABLE`; undefined means the environment's SSH_AUTH_SOCK. */
  readonly identityAgent: string | undefined
  readonly identitiesOnly: boolean
  readonly jumps: readonly SshJump[]
  readonly proxyCommand: string | undefined
  /** The user's files first, then the machine's. */
  readonly knownHostsFiles: readonly string[]
  readonly hostKeyAlias: string | undefined
}

/**
 * Reads what `ssh -G` prints: one lower-case keyword and its value per line, keywords may repeat.
 *
 * ```
 * user deploy
 * hostname 203.0.113.7
 * port 2222
 * identitiesonly no
 * identityfile ~/.ssh/id_ed25519
 * globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
 * userknownhostsfile /home/ann/.ssh/known_hosts /home/ann/.ssh/known_hosts2
 * proxyjump jump@198.51.100.1:2200
 * ```
 * @throws ProblemError SSH_CONFIG_UNREADABLE when the host name, user or port is missing or malformed
 */
export function parseSshConfig(target: string, text: string): SshConfig {
  const unreadable = (reason: string): never =>
    fail({ code: 'SSH_CONFIG_UNREADABLE', details: { target, reason } })
  const all = new Map<string, readonly string[]>()
  for (const line of text.split(/\r?\n/)) {
    const [, keyword, value] = /^(\S+)\s+(.*\S)\s*$/.exec(line) ?? []
    if (keyword !== undefined && value !== undefined) all.set(keyword, [...(all.get(keyword) ?? []), value])
  }
  const first = (keyword: string): string | undefined => all.get(keyword)?.[0]
  const unlessNone = (value: string | undefined): string | undefined =>
    value?.toLowerCase() === 'none' ? undefined : value
  // Several files stand on one line, divided by blanks; OpenSSH does not quote a path that has one.
  const paths = (keyword: string): readonly string[] =>
    (first(keyword)?.split(/\s+/) ?? []).filter((path) => path.toLowerCase() !== 'none')
  const jumps = unlessNone(first('proxyjump'))
  return {
    hostname: first('hostname') ?? unreadable('it has no host name'),
    user: first('user') ?? unreadable('it has no user'),
    port: parsePort(first('port')) ?? unreadable('it has no usable port'),
    identityFiles: (all.get('identityfile') ?? []).filter((path) => path.toLowerCase() !== 'none'),
    identityAgent: first('identityagent'),
    identitiesOnly: first('identitiesonly') === 'yes',
    jumps: jumps === undefined ? [] : jumps.split(',').map((jump) => parseJump(target, jump)),
    proxyCommand: unlessNone(first('proxycommand')),
    knownHostsFiles: [...paths('userknownhostsfile'), ...paths('globalknownhostsfile')],
    hostKeyAlias: first('hostkeyalias'),
  }
}

/**
 * @example parseJump('web', 'ann@[2001:db8::1]:2200') // { user: 'ann', address: '2001:db8::1', port: 2200 }
 * @throws ProblemError SSH_CONFIG_UNREADABLE
 */
export function parseJump(target: string, text: string): SshJump {
  const unreadable = (): never =>
    fail({
      code: 'SSH_CONFIG_UNREADABLE',
      details: { target, reason: `"${text}" is not a usable ProxyJump host` },
    })
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(text.trim())
  if (match === null) return unreadable()
  const [, user, bracketed, plain, portText] = match
  const port = portText === undefined ? undefined : (parsePort(portText) ?? unreadable())
  return {
    address: bracketed ?? plain ?? unreadable(),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  }
}

function parsePort(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0
  return port >= 1 && port <= 65535 ? port : undefined
}

/** Values of OpenSSH's `%` tokens in a path (ssh_config(5), TOKENS). */
export interface SshPathTokens {
  readonly home: string
  readonly localUser: string
  readonly localHostname: string
  readonly originalHost: string
  readonly hostname: string
  readonly port: number
  readonly user: string
}

/**
 * Fills in a leading `~/`, the tokens `%% %d %h %L %l %n %p %r %u` and `${VARIABLE}`, as OpenSSH does for IdentityFile,
 * IdentityAgent and UserKnownHostsFile.
 * @returns undefined when the path names an unknown token or an unset variable: such a path is not used.
 */
export function expandSshPath(
  path: string,
  tokens: SshPathTokens,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    d: tokens.home,
    h: tokens.hostname,
    L: tokens.localHostname.split('.')[0] ?? '',
    l: tokens.localHostname,
    n: tokens.originalHost,
    p: String(tokens.port),
    r: tokens.user,
    u: tokens.localUser,
  }
  let usable = true
  const filled = path.replaceAll(/%(.)|\$\{(\w+)\}/gs, (_, token?: string, variable?: string) => {
    const value = token === undefined ? environment[variable ?? ''] : values[token]
    if (value === undefined) usable = false
    return value ?? ''
  })
  if (!usable) return undefined
  return filled === '~' || filled.startsWith('~/') || filled.startsWith('~\\')
    ? tokens.home + filled.slice(1)
    : filled
}

/**
 * Refuses an address or user that could be read as an option, or mean something to the shell that runs a `Match exec`
 * line of the operator's own configuration.
 * @throws ProblemError INVALID_INPUT
 */
export function requireSafeSshWord(field: 'SSH address' | 'SSH user', given: string): string {
  const pattern =
    field === 'SSH address' ? /^[\p{L}\p{N}_.:][\p{L}\p{N}_.:%-]*$/u : /^[\p{L}\p{N}_.][\p{L}\p{N}_.@+-]*$/u
  if (given.length > 255 || !pattern.test(given)) {
    fail({
      code: 'INVALID_INPUT',
      details: {
        field,
        given,
        reason: given.startsWith('-')
          ? 'it may not start with a hyphen'
          : 'it has characters that are not possible there',
      },
    })
  }
  return given
}

/** The name of a server for host keys and for people: `203.0.113.7:22`, `[2001:db8::1]:22`. */
export function renderEndpoint(hostname: string, port: number): string {
  return hostname.includes(':') ? `[${hostname}]:${port}` : `${hostname}:${port}`
}
