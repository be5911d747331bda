import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Check, Copy as CopyIcon } from 'lucide-react'
import { useEffect } from 'react'
import { tellNotCopied } from './copy-text.ts'

interface CopyProps {
  readonly value: string
  /** The subject, for the name of the button: `address`. */
  readonly what: string
}

/** A small button that copies, and shows for a moment that it did. */
export function Copy({ value, what }: CopyProps) {
  const { copied, copy } = useCopy()
  return (
    <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
      <ActionIcon
        aria-label={copied ? `${what} copied` : `Copy ${what}`}
        color={copied ? 'green' : 'gray'}
        onClick={(event) => {
          // A row that opens on a click stays where it is.
          event.stopPropagation()
          copy(value)
        }}
      >
        {copied ? <Check size={14} aria-hidden /> : <CopyIcon size={14} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}

/** The same as a button with a word on it. */
export function CopyWithLabel({ value, what }: CopyProps) {
  const { copied, copy } = useCopy()
  return (
    <Button
      variant="default"
      leftSection={copied ? <Check size={14} aria-hidden /> : <CopyIcon size={14} aria-hidden />}
      onClick={() => copy(value)}
    >
      {copied ? 'Copied' : `Copy ${what}`}
    </Button>
  )
}

function useCopy() {
  const { copied, copy, error } = useClipboard({ timeout: 1500 })
  useEffect(() => {
    if (error !== null) tellNotCopied(error)
  }, [error])
  return { copied, copy }
}
