import { useState } from 'react'
import { useClient } from '../../../rpc/client-context.tsx'
import { isPrivateAddress } from './private-address.ts'

/** The operator's own address as a host sees it. */
export interface MyAddress {
  readonly asking: boolean
  /** What came of it, when there is something to say. */
  readonly sentence: string | undefined
  readonly error: unknown
  readonly find: () => void
  readonly putAway: () => void
}

/** @param onFound gets a line for the field: `203.0.113.9 = my address` */
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
      if (address !== null) onFound(`${address} = my address`)
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
  if (address === null) return reason
  const seen = reason === '' ? `${host} sees this computer as ${address}.` : reason
  if (!isPrivateAddress(address)) return seen
  return `${seen} It is a private address: it lets in computers of the network that ${host} is in, not of the internet.`
}
