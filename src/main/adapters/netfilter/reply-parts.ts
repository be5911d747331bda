import { z } from 'zod'
import { listOf } from '../foreign-list.ts'
import { mark, words } from '../foreign-text.ts'

/** A whole number from 0, up to the largest that JavaScript counts. */
export const count = z.int().nonnegative()
/** Of ports, both ends included. */
export const range = z.object({ from: count, to: count })
/** A time in UTC, with any number of digits behind the second; the store has three of them. */
export const moment = z.iso.datetime().transform((text) => new Date(text).toISOString())
/** Sentences of the helper about itself; more than a person reads are not kept. */
export const sentences = listOf(words).transform((all) => all.slice(0, 100))
/** Connections that were cut, by the client's address. */
export const cutSockets = listOf(z.object({ address: mark, sockets: count }))
