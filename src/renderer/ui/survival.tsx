import { type DataSurvival, dataSurvivalSentences } from '../../contract/data-survival.ts'
import styles from './survival.module.css'

interface SurvivalProps {
  readonly survival: DataSurvival
  /** Where more is known than the usual sentence says. */
  readonly sentence?: string
}

/** Whether the data in the cache outlives what is about to be done. */
export function Survival({ survival, sentence = dataSurvivalSentences[survival] }: SurvivalProps) {
  return (
    <span className={styles.survival} data-survival={survival}>
      {sentence}
    </span>
  )
}
