import { useEffect } from 'react'

/**
 * Enter presses once, however long it is held: else the key that opens a question also answers it. In a text it still
 * makes lines.
 */
export function useSingleEnter(): void {
  useEffect(() => {
    const stopRepeating = (event: KeyboardEvent): void => {
      const { key, repeat, ctrlKey, metaKey, target } = event
      if (key !== 'Enter' || !repeat) return
      if (target instanceof HTMLTextAreaElement && !ctrlKey && !metaKey) return
      event.preventDefault()
      event.stopPropagation()
    }
    document.addEventListener('keydown', stopRepeating, true)
    return () => document.removeEventListener('keydown', stopRepeating, true)
  }, [])
}
