import { z } from 'zod'

/**
 * How a page in a browser gets in; the window's page needs none of this. The link carries a token that is good once. The
 * page changes it for a session, keeps that for as long as its tab lives, and begins its socket with it. A page that has
 * a session can ask for a token for another tab.
 */
export const pagePaths = { session: '/session', token: '/token', socket: '/rpc' } as const

/** 32 random bytes in base64url have 43 characters. */
const secret = z.string().regex(/^[\w-]{43}$/)

/** The body for `session`, and the answer of `token`: `{"token":"…"}`. */
export const tokenSchema = z.strictObject({ token: secret })

/** The answer of `session`, the body for `token`, and the first message on the socket: `{"session":"…"}`. */
export const sessionSchema = z.strictObject({ session: secret })

/** Why a socket was closed: no session came, or one that is not of this run of the program. */
export const noSessionCode = 4401

/** The name of the meta element that tells a page that a browser shows it; its content is `browser`. */
export const shellMetaName = 'memharbor-shell'

/** The name of the meta element with the nonce of the page's style elements. */
export const nonceMetaName = 'csp-nonce'
