import { useAllActions } from './actions.tsx'
import { useKeys } from './use-keys.ts'
import { useSingleEnter } from './use-single-enter.ts'

/** Runs the action whose keys are pressed, also from inside a text field, because keys of actions have a modifier. */
export function ActionKeys() {
  const actions = useAllActions()
  useKeys(
    actions.flatMap(({ keys, run }) => (keys === undefined ? [] : [{ keys, run }])),
    { inFields: true },
  )
  useSingleEnter()
  return null
}
