import pLimit from 'p-limit'
import type { Logger } from 'pino'
import { describeAgentWait } from '../../../core/host/describe-agent-wait.ts'
import { describeSlowStart } from '../../../core/host/describe-slow-start.ts'
import { renderEndpoint } from '../../../domain/ssh-config.ts'
import { openDocker } from '../../adapters/docker/docker.ts'
import type { Link } from '../../adapters/link.ts'
import { openLocalLink } from '../../adapters/local/local-link.ts'
import { type HelperSession, openHelper } from '../../adapters/netfilter/session.ts'
import { passphraseAccount, type Secrets } from '../../adapters/secrets/secrets.ts'
import { openSshLink, type SshLinkOptions } from '../../adapters/ssh/ssh-link.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import type { Store } from '../../adapters/store/store.ts'
import type { TimeLimits } from '../../adapters/time-limits.ts'
import type { Notices } from '../notices.ts'
import { createHelperLedger } from '../tenant/helper-ledger.ts'
import { createLoopbackLedger } from '../tenant/loopback-ledger.ts'
import type { Waits } from '../waits.ts'
import type { HostAccess, SeenOnce } from './host-pool.ts'

export interface AccessTools {
  readonly store: Store
  readonly secrets: Secrets
  readonly log: Logger
  readonly now: () => Date
  /** A fresh id: 12 characters of `0-9a-z`, so that it fits names on a host. */
  readonly newId: () => string
  readonly timeLimits: TimeLimits
  /** Events that nobody asked for and the operator should hear of. */
  readonly notices: Notices
  /** For callers who are asked nothing and told nothing until they have their answer. */
  readonly waits: Waits
}

/** Host keys that count as this host's, by endpoint, and who is told which one was shown. */
export type KeyTools = Pick<SshLinkOptions, 'pinned' | 'accepted' | 'onHostKey'>

/** Opens everything that talks to one host; without keys of its own those that are pinned count. */
export type OpenAccess = (host: StoredHost, keys?: KeyTools) => HostAccess

/** Measured on two cores: more at once make no more containers a second, and each takes longer. */
const createsAtOnce = 8

/** Everything that talks to one host, over one link. Nothing is connected yet. */
export function openAccess(tools: AccessTools, host: StoredHost, keys: KeyTools = pinsOf(host)): HostAccess {
  const seen: SeenOnce = {
    ...{ networks: new Map(), unrecorded: new Map(), written: new Map(), told: new Set() },
    closings: new Map(),
    closedAt: new Map(),
    ...{ made: new Map(), ends: new Map(), imageDefaults: new Map(), flushes: new Map() },
  }
  const link = openLink(tools, host, keys, seen)
  const { timeLimits } = tools
  const docker = openDocker(link, host.name, timeLimits)
  const sentence = describeSlowStart(host.name, timeLimits)
  const addNotice = once(() => tools.notices.add(sentence, true))
  const tellSlow = (isStill: () => boolean): void => {
    addNotice()
    tools.waits.begin(sentence, isStill)
  }
  const waitForSudo = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false
    const slow = setTimeout(() => tellSlow(() => !isOver), timeLimits.slowStartMs)
    try {
      return await work
    } finally {
      isOver = true
      clearTimeout(slow)
    }
  }
  const openOne = (isUrgent: boolean): HelperSession => {
    const onSlowStart = (): void => tellSlow(() => session.isStarting())
    const session: HelperSession = openHelper(link, host.name, timeLimits, { onSlowStart, isUrgent })
    return session
  }
  const helper = openOne(false)
  const closer = openOne(true)
  const ledger =
    host.mode === 'loopback' ? createLoopbackLedger(tools, host, docker) : createHelperLedger(helper, closer)
  return {
    ...{ host, link, docker, helper, closer, ledger, timeLimits },
    ...{ inFew: pLimit(createsAtOnce), waitForSudo, seen },
  }
}

function openLink(
  { secrets, log, timeLimits, notices, waits }: AccessTools,
  host: StoredHost,
  keys: KeyTools,
  seen: SeenOnce,
): Link {
  const { target } = host
  if (target.kind === 'socket') return openLocalLink({ host: host.name, socketPath: target.path, timeLimits })
  return openSshLink({
    host: host.name,
    target,
    ...keys,
    readPassphrase: (identityFile) => secrets.get(passphraseAccount(identityFile)),
    onAgentWait: ({ agent, asked }, isStill) => {
      const sentence = describeAgentWait(host.name, agent, asked)
      notices.add(sentence, true)
      waits.begin(sentence, isStill)
    },
    onRoute: (route) => {
      const dialled = route.at(-1)?.hostname
      if (dialled !== undefined) seen.dialled = dialled
      seen.jumps = route.slice(0, -1).map(({ hostname, port }) => renderEndpoint(hostname, port))
    },
    timeLimits,
    log,
  })
}

function pinsOf(host: StoredHost): KeyTools {
  return {
    pinned: new Map(Object.entries(host.pins).map(([endpoint, fingerprint]) => [endpoint, { fingerprint }])),
  }
}

/** A helper starts as slowly again after each end: that is news once. */
function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}
