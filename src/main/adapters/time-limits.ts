/**
 * How long the program waits for others and pauses between looks at them, in milliseconds. It runs with
 * {@link usualTimeLimits}; tests compose in shorter ones, so that what never answers is not waited for in real time.
 */
export interface TimeLimits {
  /** A call to a host that names no limit of its own: a command, a request to Docker or to the helper. */
  readonly callMs: number
  /**
   * A start by sudo on a connected host that somebody waits for. Far longer than a call: sudo looks up the server's
   * own name first, which takes 20 s where no name server answers.
   */
  readonly startMs: number
  /**
   * The same for what takes access away. Measured with three name servers in resolv.conf that are all dead: 76 to 112 s,
   * each time; with a shorter limit access could never be taken away there.
   */
  readonly urgentStartMs: number
  /** After so long a start is told to be slow, and why it may be. */
  readonly slowStartMs: number
  /** A TCP connection to an SSH server, directly or through a jump host. */
  readonly connectMs: number
  /** An SSH server's first answers, up to its host key. */
  readonly keyExchangeMs: number
  /** Each step of an SSH login after that. */
  readonly loginStepMs: number
  /** The beginning of a command behind a login: its startup files are at work until then. */
  readonly beginMs: number
  /**
   * An SSH agent, for its list of keys, before keys in files are tried that ask nobody; it is waited for still.
   */
  readonly agentFirstMs: number
  /** After so long people are told that an SSH agent is waited for: it may ask them. */
  readonly slowAgentMs: number
  /**
   * An SSH agent, where the server waits without an end. sshd closes a login after 120 s (LoginGraceTime) unless it was
   * told otherwise.
   */
  readonly agentMs: number
  /** From one sign of life of an SSH connection to the next; after four without an answer it counts as lost. */
  readonly keepaliveMs: number
  /** A look at the tenants of a host; after that they are shown as unknown. */
  readonly lookMs: number
  /** A sign of life of a connected host, asked for when a look at it took too long. */
  readonly heardMs: number
  /** From one whole look at a host to the next. */
  readonly lookEveryMs: number
  /**
   * From one try to the next on a host that refused the login, or whatever else only a person can mend: fail2ban as it is
   * shipped shuts an address out after five refusals in ten minutes. Who mends it connects, which comes at once.
   */
  readonly refusedPauseMs: number
  /** From one look at a host's packet filter to the next. */
  readonly filterLookEveryMs: number
  /** After changes: from one question of where the history of a host is to the next. */
  readonly historyEveryMs: number
}

export const usualTimeLimits: TimeLimits = {
  callMs: 10_000,
  startMs: 60_000,
  urgentStartMs: 180_000,
  slowStartMs: 5_000,
  connectMs: 8_000,
  keyExchangeMs: 8_000,
  loginStepMs: 15_000,
  beginMs: 15_000,
  agentFirstMs: 3_000,
  slowAgentMs: 1_500,
  agentMs: 10 * 60_000,
  keepaliveMs: 2_500,
  lookMs: 5_000,
  heardMs: 2_000,
  lookEveryMs: 5_000,
  refusedPauseMs: 15 * 60_000,
  filterLookEveryMs: 10_000,
  historyEveryMs: 2_000,
}
