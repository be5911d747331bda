import { changeAccess } from './access.ts'
import { changeSeveral } from './bulk.ts'
import { deleteByName } from './delete.ts'
import type { Driver } from './driver.ts'
import { firstRun } from './first-run.ts'
import { cutLinkWhileCreating } from './link-cut.ts'
import { reloadWhileCreating } from './reload.ts'
import { resize } from './resize.ts'
import { suspendAndResume } from './suspend.ts'
import type { World } from './world.ts'

type Journey = (driver: Driver, world: World) => Promise<void>

type NamedJourney = readonly [name: string, journey: Journey]

const first: NamedJourney = [
  'first run: a host with its key, the check list, preparing, the first tenant',
  firstRun,
]
const cutLink: NamedJourney = ['the link is cut while a tenant is made', cutLinkWhileCreating]
const reload: NamedJourney = ['the page is loaded again while a tenant is made', reloadWhileCreating]

/** In this order: each goes on where the one before ended. */
export const journeys: readonly NamedJourney[] = [
  first,
  ['allow, revoke and undo, seen by packets', changeAccess],
  ['suspend and resume', suspendAndResume],
  ['grow and shrink', resize],
  ['several at once', changeSeveral],
  ['delete by typing the name', deleteByName],
  cutLink,
  reload,
]

/** The page is the same in both shells. These are the journeys in which the shell around it takes part. */
export const windowJourneys: readonly NamedJourney[] = [first, cutLink, reload]

/** More than any of them takes on a busy machine; what does not come is told before. In milliseconds. */
export const longest = 300_000
