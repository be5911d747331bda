import { createContext, type ReactNode, useContext } from 'react'
import type { Client } from '../../contract/router.ts'

const ClientContext = createContext<Client | undefined>(undefined)

export function ClientProvider(props: { readonly client: Client; readonly children: ReactNode }) {
  return <ClientContext value={props.client}>{props.children}</ClientContext>
}

/** The router, for calls that change something; what is shown comes from `useLive` and queries. */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === undefined) throw new Error('useClient outside of ClientProvider')
  return client
}
