import { planPrune } from '../../../core/operation/plan-prune.ts'
import { readSettings } from '../../adapters/store/settings.ts'
import { viewOperation } from '../activity/view-operation.ts'
import type { ServiceContext } from '../context.ts'

/**
 * Takes operations out of the archive that are older than the operator wants to have them, a month at a time. Each month
 * is in a file of its own first, as the activity exports it, and the place of these is told.
 * @throws what the disk said; what is not exported by then stays
 */
export async function pruneArchive({
  store,
  archive,
  notices,
  now,
  log,
}: Pick<ServiceContext, 'store' | 'archive' | 'notices' | 'now' | 'log'>): Promise<void> {
  const { activityYears } = await store.read(readSettings)
  const months = planPrune(await archive.months(), now().toISOString(), activityYears)
  const [first] = months
  if (first === undefined) return
  let folder = ''
  for (const month of months) {
    folder = await archive.takeOut(month, (operations) => {
      const views = operations.map((operation) => viewOperation(operation, undefined))
      return `${JSON.stringify(views, null, 2)}\n`
    })
  }
  const last = months.at(-1)
  const which = first === last ? first : `${first} to ${last}`
  const years = activityYears === 1 ? 'a year' : `${activityYears} years`
  log.info({ months, folder }, 'old operations left the archive')
  notices.add(
    `The activity of ${which} is older than ${years} and left this panel. It is in ${folder}, a file a month.`,
  )
}
