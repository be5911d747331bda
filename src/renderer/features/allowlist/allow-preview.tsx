import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { AllowPreview } from '../../../contract/tenant.ts'
import styles from './allow-preview.module.css'
import { describeCovered, isAnyone } from './covered-addresses.ts'

/** Each entry that was understood with what it covers, and each line that was not with why. */
export function AllowPreviewList({ preview }: { readonly preview: AllowPreview }) {
  const { entries, problems, widens } = preview
  return (
    <section className={styles.preview} aria-label="What this would allow" aria-live="polite">
      {widens !== '' && (
        <p className={styles.warning}>
          <TriangleAlert size={14} aria-hidden />
          {widens}
        </p>
      )}
      <ul className={styles.list}>
        {problems.map(({ line, given, sentence }) => (
          <li key={`${line} ${given}`} className={styles.problem}>
            <CircleAlert size={13} aria-hidden />
            <span>
              <span className={styles.line}>Line {line}</span> {sentence}
            </span>
          </li>
        ))}
        {entries.map(({ cidr, label, note, special }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same entry may stand there twice
          <li key={index} className={styles.entry}>
            <span className={styles.cidr}>{cidr}</span>
            <span className={styles.label}>{label}</span>
            <span className={styles.count}>{isAnyone(cidr) ? 'everybody' : describeCovered(cidr)}</span>
            {note !== '' && <span className={styles.note}>{note}</span>}
            {special !== '' && <span className={styles.note}>{special}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}
