import os from 'node:os'
import path from 'node:path'
import type { Logger } from 'pino'
import { fail } from '../../../domain/problem-error.ts'
import {
  expandSshPath,
  parseSshConfig,
  requireSafeSshWord,
  type SshConfig,
  type SshJump,
} from '../../../domain/ssh-config.ts'
import { renderForeignText } from '../limit.ts'

/** A server as the operator named it: an address, a name of DNS or of ~/.ssh/config, with what they want otherwise. */
export interface SshTarget {
  readonly address: string
  readonly user?: string | undefined
  readonly port?: number | undefined
  /** The key to log in with, tried before all others. */
  readonly identityFile?: string | undefined
}

/** One server with everything OpenSSH's configuration says about it; all paths are absolute. */
export interface ResolvedServer {
  readonly address: string
  readonly hostname: string
  readonly user: string
  readonly port: number
  /** The key the operator named for this server, if any. */
  readonly namedIdentity: string | undefined
  readonly identityFiles: readonly string[]
  /** Where the agent listens; undefined when none is to be used. */
  readonly agentSocket: string | undefined
  readonly identitiesOnly: boolean
  readonly knownHostsFiles: readonly string[]
  /** The name to look up in known_hosts, if it is not the host name and port. */
  readonly hostKeyAlias: string | undefined
  /** `ssh-config`: OpenSSH was asked. `plain`: there is no `ssh` on this computer, so its configuration was not read. */
  readonly source: 'ssh-config' | 'plain'
}

export interface ResolveOptions {
  /** Another configuration instead of ~/.ssh/config and the machine's, as with `ssh -F`. */
  readonly configFile?: string | undefined
  readonly log: Logger
  readonly signal?: AbortSignal
}

const resolveTimeoutMs = 5_000
/** Deeper chains are taken for a configuration that names itself. */
const longestRoute = 6

/**
 * Asks `ssh -G` what the operator's own OpenSSH would do for a target. Without an `ssh` program the plain values and
 * OpenSSH's defaults are used.
 * @throws ProblemError INVALID_INPUT, SSH_CONFIG_UNREADABLE
 */
async function resolveTarget(
  target: SshTarget,
  options: ResolveOptions,
): Promise<{ readonly server: ResolvedServer; readonly jumps: readonly SshJump[] }> {
  requireSafeSshWord('SSH address', target.address)
  if (target.user !== undefined) requireSafeSshWord('SSH user', target.user)
  const text = await readConfig(target, options)
  const config = text === undefined ? plainConfig(target) : parseSshConfig(target.address, text)
  if (config.proxyCommand !== undefined) {
    fail({
      code: 'SSH_CONFIG_UNREADABLE',
      details: {
        target: target.address,
        reason: 'it uses ProxyCommand, which is not supported; use ProxyJump',
      },
    })
  }
  requireSafeSshWord('SSH address', config.hostname)
  requireSafeSshWord('SSH user', config.user)
  const server = locate(target, config, text === undefined ? 'plain' : 'ssh-config')
  return { server, jumps: config.jumps }
}

/**
 * The servers to go through, the target last. The first hop's own ProxyJump is followed, as OpenSSH does.
 * @throws ProblemError INVALID_INPUT, SSH_CONFIG_UNREADABLE
 */
export async function resolveRoute(
  target: SshTarget,
  options: ResolveOptions,
  depth = 0,
): Promise<readonly ResolvedServer[]> {
  if (depth >= longestRoute) {
    fail({
      code: 'SSH_CONFIG_UNREADABLE',
      details: { target: target.address, reason: 'its ProxyJump chain does not end' },
    })
  }
  const { server, jumps } = await resolveTarget(target, options)
  const [nearest, ...others] = jumps
  if (nearest === undefined) return [server]
  const route = [...(await resolveRoute(nearest, options, depth + 1))]
  for (const jump of others) route.push((await resolveTarget(jump, options)).server)
  return [...route, server]
}

async function readConfig(target: SshTarget, options: ResolveOptions): Promise<string | undefined> {
  const words = [
    '-G',
    ...(options.configFile === undefined ? [] : ['-F', options.configFile]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.identityFile === undefined ? [] : ['-i', target.identityFile]),
    '--',
    target.address,
  ]
  const { execa } = await import('execa')
  const result = await execa('ssh', words, {
    env: { LC_ALL: 'C' },
    stdin: 'ignore',
    timeout: resolveTimeoutMs,
    maxBuffer: 1024 * 1024,
    reject: false,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  })
  if (result.exitCode === 0) return result.stdout
  if (result.code === 'ENOENT') {
    options.log.warn({ target: target.address }, 'no ssh program here: its configuration is not read')
    return undefined
  }
  const reason = result.timedOut ? 'ssh -G did not end in 5 s' : renderForeignText(result.stderr)
  return fail({
    code: 'SSH_CONFIG_UNREADABLE',
    details: { target: target.address, reason: reason || 'ssh -G failed' },
  })
}

/** OpenSSH's defaults (ssh_config(5)), for computers without it. */
function plainConfig(target: SshTarget): SshConfig {
  const keys = ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((name) => `~/.ssh/${name}`)
  return {
    hostname: target.address,
    user: target.user ?? os.userInfo().username,
    port: target.port ?? 22,
    identityFiles: target.identityFile === undefined ? keys : [target.identityFile],
    identityAgent: undefined,
    identitiesOnly: false,
    jumps: [],
    proxyCommand: undefined,
    knownHostsFiles: ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'],
    hostKeyAlias: undefined,
  }
}

function locate(target: SshTarget, config: SshConfig, source: ResolvedServer['source']): ResolvedServer {
  const tokens = {
    home: os.homedir(),
    localUser: os.userInfo().username,
    localHostname: os.hostname(),
    originalHost: target.address,
    hostname: config.hostname,
    port: config.port,
    user: config.user,
  }
  const expand = (text: string): readonly string[] => {
    const expanded = expandSshPath(text, tokens, process.env)
    return expanded === undefined ? [] : [path.resolve(expanded)]
  }
  return {
    address: target.address,
    hostname: config.hostname,
    user: config.user,
    port: config.port,
    namedIdentity: target.identityFile === undefined ? undefined : expand(target.identityFile)[0],
    identityFiles: config.identityFiles.flatMap(expand),
    agentSocket: locateAgent(config.identityAgent, expand),
    identitiesOnly: config.identitiesOnly,
    knownHostsFiles: config.knownHostsFiles.flatMap(expand),
    hostKeyAlias: config.hostKeyAlias,
    source,
  }
}

/** Windows' OpenSSH agent listens on a fixed pipe; elsewhere only the environment knows. */
function locateAgent(
  configured: string | undefined,
  expand: (text: string) => readonly string[],
): string | undefined {
  const fromEnvironment = (name: string): string | undefined => process.env[name] || undefined
  if (configured === 'none') return undefined
  if (configured !== undefined && configured !== 'SSH_AUTH_SOCK') {
    const variable = /^\$(\w+)$/.exec(configured)?.[1]
    if (variable !== undefined) return fromEnvironment(variable)
    return configured.startsWith('\\\\') ? configured : expand(configured)[0]
  }
  return (
    fromEnvironment('SSH_AUTH_SOCK') ??
    (process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined)
  )
}
