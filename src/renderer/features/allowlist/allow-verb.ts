import type { AllowPreview } from '../../../contract/tenant.ts'
import { isAnyone } from './covered-addresses.ts'

/**
 * What the button that allows says: `Allow`, `Allow 3 entries`, `Allow 3 entries, leave out 1`, `Open to anyone`.
 * Undefined: nothing was read yet.
 */
export function renderAllowVerb(preview: AllowPreview | undefined): string {
  if (preview === undefined) return 'Allow'
  if (preview.opensToAnyone) return `Open to anyone${renderLeftOut(preview)}`
  const entries = new Set(preview.entries.map(({ cidr }) => (isAnyone(cidr) ? 'anyone' : cidr))).size
  const count = entries === 0 ? '' : entries === 1 ? ' 1 entry' : ` ${entries.toLocaleString('en')} entries`
  return `Allow${count}${renderLeftOut(preview)}`
}

/** `, leave out 2`, for the end of what a button says that goes on without them; empty where it leaves out none. */
export function renderLeftOut(preview: AllowPreview | undefined): string {
  if (preview === undefined || preview.leftOut === 0 || preview.entries.length === 0) return ''
  return `, leave out ${preview.leftOut.toLocaleString('en')}`
}

/**
 * Whether what was typed can be allowed as it stands: something of it was understood, and whoever opens the cache to
 * everybody has said so.
 */
export function isReadyToAllow(
  { preview, current }: { readonly preview: AllowPreview | undefined; readonly current: boolean },
  anyone: boolean,
): boolean {
  return preview !== undefined && current && preview.entries.length > 0 && (anyone || !preview.opensToAnyone)
}
