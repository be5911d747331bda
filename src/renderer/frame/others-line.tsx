import { CloseButton } from '@mantine/core'
import { Link, useLocation } from 'wouter'
import { anotherPanel } from '../../contract/activity.ts'
import { useLive, useLiveStore } from '../rpc/live-context.tsx'
import type { LiveState, Others } from '../rpc/live-state.ts'
import { describeOthers } from './describe-others.ts'
import styles from './frame.module.css'

const selectOthers = ({ others }: LiveState): Others => others

/** One line for all that others did since it was put away; the activity has each of it. */
export function OthersLine() {
  const sentence = describeOthers(useLive(selectOthers))
  const { dismissOthers } = useLiveStore()
  const [place] = useLocation()
  if (sentence === '') return null
  return (
    <div className={styles.others} role="status">
      <span>
        {sentence}
        {place !== '/activity' && (
          <>
            {' · '}
            <Link href={`/activity?text=${encodeURIComponent(anotherPanel)}`} onClick={dismissOthers}>
              Show
            </Link>
          </>
        )}
      </span>
      <CloseButton size="sm" aria-label="Put away" onClick={dismissOthers} ml="auto" />
    </div>
  )
}
