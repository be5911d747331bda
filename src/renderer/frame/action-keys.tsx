import { useHotkeys } from '@mantine/hooks'
import { useAllActions } from './actions.tsx'

/** Runs the action whose keys are pressed, also from inside a text field, because keys of actions have a modifier. */
export function ActionKeys() {
  const actions = useAllActions()
  useHotkeys(
    actions.flatMap(({ keys, run }) => (keys === undefined ? [] : [[keys, run] as [string, () => void]])),
    [],
  )
  return null
}
