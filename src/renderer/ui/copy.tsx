import { ActionIcon, Button, CopyButton, Tooltip } from '@mantine/core'
import { Check, Copy as CopyIcon } from 'lucide-react'

interface CopyProps {
  readonly value: string
  /** What is copied, for the name of the button: `address`. */
  readonly what: string
}

/** A small button that copies, and shows for a moment that it did. */
export function Copy({ value, what }: CopyProps) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
          <ActionIcon
            aria-label={copied ? `${what} copied` : `Copy ${what}`}
            color={copied ? 'green' : 'gray'}
            onClick={(event) => {
              // A row that opens on a click stays where it is.
              event.stopPropagation()
              copy()
            }}
          >
            {copied ? <Check size={14} aria-hidden /> : <CopyIcon size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}

/** The same as a button with a word on it. */
export function CopyWithLabel({ value, what }: CopyProps) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          leftSection={copied ? <Check size={14} aria-hidden /> : <CopyIcon size={14} aria-hidden />}
          onClick={copy}
        >
          {copied ? 'Copied' : `Copy ${what}`}
        </Button>
      )}
    </CopyButton>
  )
}
