import { Text } from '@mantine/core'
import { type DataSurvival, dataSurvivalSentences } from '../../contract/data-survival.ts'

/** Whether the data in the cache outlives what is about to be done. */
export function Survival({ survival }: { readonly survival: DataSurvival }) {
  const color = survival === 'kept' ? 'green' : survival === 'some' ? 'yellow' : 'red'
  return (
    <Text component="span" size="xs" c={`var(--mantine-color-${color}-text)`}>
      {dataSurvivalSentences[survival]}
    </Text>
  )
}
