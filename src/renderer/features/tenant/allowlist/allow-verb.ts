import type { AllowPreview } from '../../../../contract/tenant.ts'
import { toAllowRows } from './allow-rows.ts'

/** What the button says: `Allow`, `Allow 3 entries`, `Allow 3 entries, leave out 1`, `Open to anyone…`. */
export function renderAllowVerb(preview: AllowPreview | undefined): string {
  if (preview === undefined) return 'Allow'
  if (preview.opensToAnyone) return 'Open to anyone…'
  const entries = new Set(toAllowRows(preview.entries).map(({ cidr }) => cidr)).size
  const count = entries === 0 ? '' : entries === 1 ? ' 1 entry' : ` ${entries.toLocaleString('en')} entries`
  const wrong = preview.problems.length
  return `Allow${count}${wrong > 0 && entries > 0 ? `, leave out ${wrong}` : ''}`
}
