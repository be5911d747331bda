import type { WidthConfirmed } from '../../../contract/allowlist.ts'
import type { AllowPreview } from '../../../contract/tenant.ts'
import { isAnyone } from './covered-addresses.ts'

/**
 * The text of the button that allows: `Allow`, `Allow 3 entries`, `Allow 3 entries, leave out 1`, `Open to anyone`.
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

/** The width that the operator confirms by going on with that preview, for the call. */
export function toConfirmed(preview: AllowPreview | undefined): { confirmed?: WidthConfirmed } {
  if (preview === undefined || preview.widens === '') return {}
  return { confirmed: preview.opensToAnyone ? 'anyone' : 'wide' }
}

/**
 * Whether what was typed can be allowed as it stands: something of it was understood, and where it opens the cache to
 * everybody or to much of the internet, that was said to be meant.
 * @param meant the sentence of `widens` that was confirmed: another text may widen it more; empty for none
 */
export function isReadyToAllow(
  { preview, current }: { readonly preview: AllowPreview | undefined; readonly current: boolean },
  meant: string,
): boolean {
  return (
    preview !== undefined &&
    current &&
    preview.entries.length > 0 &&
    (preview.widens === '' || preview.widens === meant)
  )
}
