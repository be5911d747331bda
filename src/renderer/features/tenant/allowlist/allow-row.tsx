import { ActionIcon, Loader, TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import { useState } from 'react'
import { describeCovered, renderCovered } from '../../allowlist/covered-addresses.ts'
import { unready } from '../unready.ts'
import type { AllowRow } from './allow-rows.ts'
import styles from './allow-table.module.css'

interface AllowTableRowProps {
  readonly row: AllowRow
  readonly index: number
  /** Where it stands, in pixels. */
  readonly top: number
  /** Something is being changed, so nothing else can be. */
  readonly busy: boolean
  /** This entry is being changed. */
  readonly pending: boolean
  readonly onRelabel: (cidr: string, label: string) => void
  readonly onRevoke: (cidr: string) => void
}

/** One entry: its range, its label to click into, how much it covers, and the way to remove it. */
export function AllowTableRow(props: AllowTableRowProps) {
  const { row, index, top, busy, pending, onRelabel, onRevoke } = props
  const { cidr, label, anyone } = row
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element can't be drawn in part
    // biome-ignore lint/a11y/useFocusableInteractive: rows are not pressed, what is in them is
    <div
      role="row"
      aria-rowindex={index + 2}
      className={styles.row}
      data-pending={pending || undefined}
      style={{ top }}
    >
      <Cell className={anyone ? styles.anyone : styles.cidr} title={cidr} long={cidr.length > 24}>
        {anyone ? 'anyone (all of IPv4 and IPv6)' : cidr}
      </Cell>
      <Cell>
        <Label cidr={cidr} label={label} busy={busy} onRelabel={onRelabel} />
      </Cell>
      <Cell className={styles.end} title={anyone ? undefined : describeCovered(cidr)}>
        {anyone ? 'all' : renderCovered(cidr)}
      </Cell>
      <Cell>
        <ActionIcon
          aria-label={pending ? `Changing ${cidr}` : `Remove ${cidr}`}
          title="Remove: shut out at once, live connections are cut"
          onClick={busy ? undefined : () => onRevoke(cidr)}
          {...unready(busy)}
        >
          {pending ? <Loader size={12} /> : <X size={14} aria-hidden />}
        </ActionIcon>
      </Cell>
    </div>
  )
}

interface CellProps {
  readonly className?: string | undefined
  readonly title?: string | undefined
  readonly long?: boolean
  readonly children: React.ReactNode
}

function Cell({ className, title, long = false, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element can't be drawn in part
    <div role="cell" className={className} title={title} data-long={long || undefined}>
      {children}
    </div>
  )
}

interface LabelProps extends Pick<AllowTableRowProps, 'busy' | 'onRelabel'> {
  readonly cidr: string
  readonly label: string
}

/** A label that becomes a field when it is pressed; Enter keeps what was typed, Escape does not. */
function Label({ cidr, label, busy, onRelabel }: LabelProps) {
  const [draft, setDraft] = useState<string>()
  const [back, setBack] = useState(false)
  if (draft === undefined) {
    return (
      <button
        type="button"
        className={label === '' ? `${styles.label} ${styles.empty}` : styles.label}
        aria-label={label === '' ? `Add a label to ${cidr}` : `Label of ${cidr}: ${label}. Change it`}
        title={label}
        // biome-ignore lint/a11y/noAutofocus: the focus was in the field that this takes the place of
        autoFocus={back}
        onClick={busy ? undefined : () => setDraft(label)}
        {...unready(busy)}
      >
        {label === '' ? 'Add a label' : label}
      </button>
    )
  }
  const keep = (): void => {
    setDraft(undefined)
    if (draft.trim() !== label) onRelabel(cidr, draft.trim())
  }
  return (
    <TextInput
      size="xs"
      value={draft}
      onChange={({ currentTarget }) => setDraft(currentTarget.value)}
      onFocus={() => setBack(false)}
      onBlur={keep}
      onKeyDown={({ key }) => {
        if (key !== 'Enter' && key !== 'Escape') return
        setBack(true)
        if (key === 'Enter') keep()
        else setDraft(undefined)
      }}
      aria-label={`Label of ${cidr}`}
      maxLength={200}
      autoFocus
      styles={{ input: { height: 24, minHeight: 24 } }}
    />
  )
}
