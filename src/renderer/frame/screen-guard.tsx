import { Alert, Button, Code, Group, Stack } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { Screen } from '../ui/screen.tsx'

interface ScreenGuardProps {
  /** Where the page is; going somewhere else tries again. */
  readonly place: string
  readonly children: ReactNode
}

interface ScreenGuardState {
  readonly place: string
  readonly broken: { readonly error: unknown } | undefined
}

/** A defect while a screen is drawn takes that screen away and nothing else. React knows this as a class only. */
export class ScreenGuard extends Component<ScreenGuardProps, ScreenGuardState> {
  override state: ScreenGuardState = { place: this.props.place, broken: undefined }

  static getDerivedStateFromError(error: unknown): Partial<ScreenGuardState> {
    return { broken: { error } }
  }

  static getDerivedStateFromProps({ place }: ScreenGuardProps, before: ScreenGuardState) {
    return place === before.place ? null : { place, broken: undefined }
  }

  override render(): ReactNode {
    const { broken } = this.state
    return broken === undefined ? this.props.children : <BrokenScreen error={broken.error} />
  }
}

function BrokenScreen({ error }: { readonly error: unknown }) {
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return (
    <Screen title="This screen cannot be shown">
      <Alert color="red" role="alert" icon={<CircleAlert size={16} aria-hidden />}>
        <Stack gap="sm" align="start">
          <span>
            Something went wrong inside this page while it was drawn. Nothing on your hosts is affected, and
            what was begun goes on.
          </span>
          <Group>
            <Button onClick={() => window.location.reload()}>Load the page again</Button>
          </Group>
          <Code block>{words}</Code>
        </Stack>
      </Alert>
    </Screen>
  )
}
