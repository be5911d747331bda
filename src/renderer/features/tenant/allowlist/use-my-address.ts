import { useState } from 'react'
import { useClient } from '../../../rpc/client-context.tsx'

/** The operator's own address as a host sees it. */
export interface MyAddress {
  readonly asking: boolean
  /** The result, when there is something to say. */
  readonly sentence: string | undefined
  readonly error: unknown
  readonly find: () => void
  readonly putAway: () => void
}

/** @param onFound gets a line for the field: `203.0.113.9 = my address`, without the label where it may be another's */
export function useMyAddress(hostName: string, onFound: (line: string) => void): MyAddress {
  const { host } = useClient()
  const [asking, setAsking] = useState(false)
  const [sentence, setSentence] = useState<string>()
  const [error, setError] = useState<unknown>()
  const find = async (): Promise<void> => {
    setAsking(true)
    setSentence(undefined)
    setError(undefined)
    try {
      const { address, reason } = await host.myAddress({ name: hostName })
      if (address !== null) onFound(reason === '' ? `${address} = my address` : address)
      setSentence(describeAddress(hostName, address, reason))
    } catch (caught) {
      setError(caught)
    } finally {
      setAsking(false)
    }
  }
  return {
    ...{ asking, sentence, error },
    find: () => void find(),
    putAway: () => setSentence(undefined),
  }
}

function describeAddress(host: string, address: string | null, reason: string): string {
  return address === null ? reason : `${host} sees this computer as ${address}. ${reason}`.trim()
}
