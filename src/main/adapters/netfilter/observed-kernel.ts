import { z } from 'zod'
import { listOf } from '../foreign-list.ts'
import { mark } from '../foreign-text.ts'
import { count, range, sentences } from './reply-parts.ts'

/** `cidr` is null for a port of the set that only decides whether denied sources are recorded. */
const driftEntry = z.object({ cidr: mark.nullable(), port: count })

/** The kernel's part of the reply to `observe`. */
export const kernel = z.object({
  backend: z.enum(['nft', 'legacy']).nullable(),
  otherBackendRules: count,
  base: listOf(
    z.object({
      family: z.union([z.literal(4), z.literal(6)]),
      present: z.boolean(),
      /** The jumps are the first rules of PREROUTING. */
      first: z.boolean(),
      /** The range is closed to everybody without an entry. */
      closed: z.boolean(),
      /** Every rule is there as it should be. */
      complete: z.boolean(),
    }),
  ),
  sets: listOf(z.object({ name: mark, present: z.boolean(), entries: count })),
  drift: z.object({
    missing: listOf(driftEntry, 1_000),
    surplus: listOf(driftEntry, 1_000),
    missingCount: count,
    surplusCount: count,
  }),
  problems: sentences,
  bridgeCallsIptables: z.boolean(),
  /** Interfaces named mh…; null from a helper before 1.3.0. */
  bridges: listOf(
    z.object({
      name: mark.max(15),
      /** It is the bridge of a tenant network. */
      ours: z.boolean(),
      /** Frames between its ports pass the filter, whatever the system's own setting is. */
      callsFilter: z.boolean(),
    }),
  )
    .nullable()
    .default(null),
  /** Ports outside the range that an earlier one closed. */
  earlierRanges: listOf(range, 1_000).default([]),
  /** Ports outside the range that are closed because containers of tenant networks are published there. */
  strayPorts: listOf(count, 1_000).default([]),
  ephemeral: range,
})
