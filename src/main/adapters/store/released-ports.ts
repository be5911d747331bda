import { and, asc, eq, gte } from 'drizzle-orm'
import { z } from 'zod'
import { moment, parseRow, type StoreDb } from './rows.ts'
import { releasedPorts } from './schema.ts'

const releasedPort = z.object({ hostId: z.string(), port: z.int(), releasedAt: moment })

/** A port that a deleted tenant had, so that nobody else's programs find another tenant there. */
export type ReleasedPort = z.output<typeof releasedPort>

/** The ports of a host that were released at `since` or later. */
export function listReleasedPorts(db: StoreDb, hostId: string, since: string): ReleasedPort[] {
  return db
    .select()
    .from(releasedPorts)
    .where(and(eq(releasedPorts.hostId, hostId), gte(releasedPorts.releasedAt, since)))
    .orderBy(asc(releasedPorts.port))
    .all()
    .map((row) => parseRow('released_ports', releasedPort, row))
}

/** Notes a release; a later one of the same port counts. */
export function putReleasedPort(db: StoreDb, port: ReleasedPort): void {
  db.insert(releasedPorts)
    .values(port)
    .onConflictDoUpdate({
      target: [releasedPorts.hostId, releasedPorts.port],
      set: { releasedAt: port.releasedAt },
    })
    .run()
}
