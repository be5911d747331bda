import type { Duplex } from 'node:stream'
import type { Problem } from '../../contract/problem.ts'
import type { RemoteCommand } from './remote-commands.ts'

/** The outcome of a remote command that has ended. `status` is null when a signal ended it. */
export interface CommandResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A long-lived remote command: write requests, read replies. `stderr` holds what was printed there so far. */
export interface CommandSession {
  readonly stream: Duplex
  /** The digits that stand for `tokenPlace` in its words. */
  readonly token: string
  stderr(): string
  /** Resolves when the command is over, with its status; null when a signal or the loss of the connection ended it. */
  readonly ended: Promise<number | null>
  close(): void
  /** The same for one that was waited for in vain: it is killed too, as far as the host lets it be. */
  giveUp(): void
}

/** How a login came to a command, the last time. */
export interface LoginSeen {
  /** The first line that it printed on standard output by itself; empty: none. */
  readonly printed: string
  /** From the request to the beginning of the command, in milliseconds: a startup file can take its time. */
  readonly beginMs: number
}

/** How a host is reached right now, for people. */
export interface LinkInfo {
  readonly kind: 'ssh' | 'socket'
  readonly connected: boolean
  /**
   * Whether the last try ended in what only a person can mend, as a login that was refused. Nothing that goes on by
   * itself may try again then: servers count refused logins and shut out who has too many.
   */
  readonly refused: boolean
  /** The same of connections beside the shared one, which only what takes access away has where others hang. */
  readonly refusedBeside: boolean
  /** The server starts too few sessions over one connection (MaxSessions), so there are others beside it. */
  readonly isCrowded?: true
  /** The server forbids to forward ports, so they are reached through a program there; absent: not that is known. */
  readonly isRelayed?: true
  /** The SSH agent that is waited for just now, as a problem; absent: none is. */
  readonly waits?: Problem
  /** `stream-local`: a forwarded socket. `dial-stdio`: `docker system dial-stdio`, because the server forbids the first. */
  readonly docker: 'stream-local' | 'dial-stdio' | 'socket'
  /** Null before a command has begun over this connection, and where there is no login. */
  readonly login: LoginSeen | null
}

/** Limits for one call; a call without a `timeoutMs` gets the link's default (10 s). */
export interface CallOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface StartOptions extends CallOptions {
  /** It finds a place also where others of its kind hang: for what takes access away. */
  readonly isUrgent?: boolean
  /** Another of its kind is waited for, and seems to hang: this one shares as little as possible with it. */
  readonly isBeside?: boolean
}

/**
 * One way to reach one host: an SSH connection that everything shares, or this computer itself. Every method connects
 * first if there is no connection, and fails with a ProblemError: never by hanging.
 */
export interface Link {
  /** The panel's name of the host, for problems. */
  readonly host: string
  /** Opens the connection (or throws why not). Calling it again while connected costs nothing. */
  connect(options?: CallOptions): Promise<void>
  /** A fresh byte stream to the Docker daemon's API. */
  openDocker(options?: CallOptions): Promise<Duplex>
  /** A fresh byte stream to `127.0.0.1:port` as seen by the host. */
  openPort(port: number, options?: CallOptions): Promise<Duplex>
  /** Runs a constant command to its end with `input` on standard input. A status other than 0 is returned, not thrown. */
  run(command: RemoteCommand, input: string, options?: CallOptions): Promise<CommandResult>
  /** Starts a constant command and leaves it running. */
  start(command: RemoteCommand, options?: StartOptions): Promise<CommandSession>
  info(): LinkInfo
  /** Calls back whenever a connection was opened. @returns ends that */
  onConnect(listener: () => void): () => void
  close(): Promise<void>
}
