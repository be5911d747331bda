import { notifications } from '@mantine/notifications'

/**
 * Text to the clipboard, and a word that it is there or why not.
 * @param what for the sentence: `Copied 203.0.113.5:20000.`
 */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notifications.show({ message: `Copied ${what}.`, autoClose: 1500 })
  } catch (error) {
    tellNotCopied(error)
  }
}

/** Says that the clipboard did not take something, which happens where a browser or its owner does not allow it. */
export function tellNotCopied(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  notifications.show({ color: 'red', message: `The clipboard did not take it: ${reason}` })
}
