import type { ActivityFilter } from '../../../contract/activity.ts'
import { renderCsv } from '../../../domain/render-csv.ts'
import type { ServiceContext } from '../context.ts'
import { listActivity } from './list-activity.ts'

/** More than an office does in a year; who needs older ones asks with `before`. */
const mostExported = 10_000

/** Operations as text for a file, whose name has the day. */
export async function exportActivity(
  context: Pick<ServiceContext, 'store' | 'archive' | 'running' | 'now'>,
  { format, ...filter }: ActivityFilter & { format: 'csv' | 'json' },
): Promise<{ fileName: string; text: string }> {
  const operations = await listActivity(context, { limit: mostExported, ...filter })
  const day = context.now().toISOString().slice(0, 10)
  return {
    fileName: `memharbor-activity-${day}.${format}`,
    text: format === 'csv' ? `${renderCsv(operations)}\r\n` : `${JSON.stringify(operations, null, 2)}\n`,
  }
}
