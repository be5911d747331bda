import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { useLocation } from 'wouter'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useClient } from '../../../rpc/client-context.tsx'
import { toFailure } from '../../../rpc/failure.ts'
import { copyText } from '../../../ui/copy-text.ts'
import { renderEndpoint } from '../../../ui/endpoint.ts'
import { changeView, useDesk } from '../desk.tsx'
import { emptyNewTenant, type NewAllow, type NewTenant, toCreateInput } from './new-tenant.ts'

/** The answer to the form: it has begun and goes on without the form, or it was refused before anything was done. */
export type CreateAnswer = { readonly kind: 'begun' } | { readonly kind: 'refused'; readonly error: unknown }

/** Creates a tenant. Once it has begun its row shows the steps, and a notice tells how it ended. */
export function useCreateTenant() {
  const client = useClient()
  const desk = useDesk()
  const [, navigate] = useLocation()
  return useCallback(
    (entered: NewTenant, allow: NewAllow, signal: AbortSignal): Promise<CreateAnswer> => {
      const input = toCreateInput(entered, allow)
      return new Promise((answer) => {
        let begun = false
        const begin = (): void => {
          if (begun) return
          begun = true
          changeView(desk, { reveal: input.name.normalize('NFC') })
          answer({ kind: 'begun' })
        }
        const run = async (): Promise<void> => {
          const steps = await client.tenant.create(input, { signal })
          for (let next = await steps.next(); ; next = await steps.next()) {
            begin()
            if (next.done === true) {
              tellReady(next.value, () => navigate(`/tenants/${next.value.id}`))
              return
            }
          }
        }
        run().catch((error: unknown) => {
          if (!begun) {
            answer({ kind: 'refused', error })
            return
          }
          changeView(desk, { reveal: undefined })
          tellFailed(input.name, error, () => {
            desk.draft.set({ entered })
            navigate('/tenants?new')
          })
        })
      })
    },
    [client, desk, navigate],
  )
}

/** The form's first entries: those of the creation that failed, when it is to be tried again. */
export function useDraft(): NewTenant {
  return useDesk().draft.get().entered ?? emptyNewTenant
}

function tellReady({ name, addresses, port }: Tenant, open: () => void): void {
  const endpoint = renderEndpoint(addresses[0], port)
  const id = notifications.show({
    title: `${name} is ready`,
    autoClose: 10_000,
    message: (
      <Group gap="xs" mt={4}>
        <span className="code">{endpoint}</span>
        <Button variant="default" onClick={() => void copyText(endpoint, endpoint)}>
          Copy
        </Button>
        <Button
          variant="subtle"
          onClick={() => {
            notifications.hide(id)
            open()
          }}
        >
          Open
        </Button>
      </Group>
    ),
  })
}

function tellFailed(name: string, error: unknown, retry: () => void): void {
  const { code, message, advice } = toFailure(error)
  if (code === 'CANCELLED') {
    notifications.show({ message: `Creating ${name} was called off. Nothing of it is left.` })
    return
  }
  const id = notifications.show({
    color: 'red',
    title: `${name} was not created`,
    autoClose: false,
    message: (
      <>
        {message} {advice}
        <Group mt={6}>
          <Button
            variant="default"
            onClick={() => {
              notifications.hide(id)
              retry()
            }}
          >
            Try again
          </Button>
        </Group>
      </>
    ),
  })
}
