import { useState } from 'react'
import { type Failure, toFailure } from '../rpc/failure.ts'

/** One call of a form at a time: whether it runs, and why the last one failed. */
export function useSubmit() {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const submit = async <Value>(call: () => Promise<Value>): Promise<Value | undefined> => {
    setBusy(true)
    setFailure(null)
    try {
      return await call()
    } catch (error) {
      setFailure(toFailure(error))
      return undefined
    } finally {
      setBusy(false)
    }
  }
  return { busy, failure, submit }
}
