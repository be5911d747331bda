import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Sessions of those who may use the panel from a browser. They are in memory only, and end with the program. */
export interface Sessions {
  /** A token that `redeem` takes once. */
  issueToken(): string
  /** A token for another tab of somebody who has a session; undefined when that is none. It is good for 30 s. */
  passOn(session: string): string | undefined
  /** A session for a token that was not used yet; undefined for any other text. */
  redeem(token: string): string | undefined
  isSession(session: string): boolean
}

const passedOnLifeMs = 30_000

/** As many tokens wait at most; of more, the oldest are no longer good. */
const mostTokens = 100

interface Kept {
  readonly digest: Buffer
  /** By the given clock. */
  readonly until: number
}

/** @param nowMs milliseconds of a clock that never goes back */
export function createSessions(nowMs: () => number): Sessions {
  let tokens: readonly Kept[] = []
  const sessions: Kept[] = []
  const issue = (until: number): string => {
    const token = newSecret()
    tokens = [...tokens, { digest: digestOf(token), until }].slice(-mostTokens)
    return token
  }
  const isSession = (session: string): boolean => find(sessions, session) !== undefined
  return {
    issueToken: () => issue(Number.POSITIVE_INFINITY),
    passOn: (session) => (isSession(session) ? issue(nowMs() + passedOnLifeMs) : undefined),
    redeem(token) {
      const found = find(tokens, token)
      tokens = tokens.filter((kept) => kept !== found && kept.until > nowMs())
      if (found === undefined || found.until <= nowMs()) return undefined
      const session = newSecret()
      sessions.push({ digest: digestOf(session), until: Number.POSITIVE_INFINITY })
      return session
    },
    isSession,
  }
}

/** 43 characters that go into a link as they are. */
function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Compares with all of them, each in constant time, so that how long it takes tells nothing. */
function find(all: readonly Kept[], secret: string): Kept | undefined {
  const digest = digestOf(secret)
  return all.filter((kept) => timingSafeEqual(kept.digest, digest)).at(0)
}
