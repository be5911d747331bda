import { useOs } from '@mantine/hooks'
import { useEffect, useEffectEvent, useRef } from 'react'
import { findDialog } from './find-dialog.ts'
import { observeKeyLayout } from './key-layout.ts'
import { findPressed, type KeyLayout } from './match-keys.ts'

interface KeyBinding {
  /** As of an `Action`. */
  readonly keys: string
  readonly run: () => void
  /** Does it again and again while the keys are held. */
  readonly repeats?: boolean
}

interface KeysOptions {
  /** Also while a text field has the focus, which then does not get them. */
  readonly inFields?: boolean
  /** Unless told: only while no dialog is open, because what is behind one is not reached. */
  readonly isAllowed?: () => boolean
}

const fields: readonly string[] = ['INPUT', 'TEXTAREA', 'SELECT']

const hasNoDialog = (): boolean => findDialog() === undefined

/** Runs what belongs to the keys that are pressed, on every keyboard layout. */
export function useKeys(bindings: readonly KeyBinding[], options: KeysOptions = {}): void {
  const { inFields = false, isAllowed = hasNoDialog } = options
  const isMac = useOs() === 'macos'
  const layout = useRef<KeyLayout>(undefined)
  const press = useEffectEvent((event: KeyboardEvent): void => {
    if (event.isComposing || event.defaultPrevented) return
    if (!inFields && event.target instanceof HTMLElement && fields.includes(event.target.tagName)) return
    const { key, code, shiftKey, ctrlKey, metaKey, altKey } = event
    const altGraph = event.getModifierState('AltGraph')
    const pressed = { key, code, shiftKey, ctrlKey, metaKey, altKey, altGraph }
    const found = findPressed(bindings, pressed, { isMac, layout: layout.current })
    if (found === undefined || !isAllowed()) return
    event.preventDefault()
    if (!event.repeat || found.repeats === true) found.run()
  })
  useEffect(() => {
    const look = async (): Promise<void> => {
      layout.current = await observeKeyLayout()
    }
    void look()
    // It is changed elsewhere.
    window.addEventListener('focus', look)
    document.addEventListener('keydown', press)
    return () => {
      window.removeEventListener('focus', look)
      document.removeEventListener('keydown', press)
    }
  }, [])
}
