import { useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useClient } from '../../../rpc/client-context.tsx'

export type Saving = 'idle' | 'saving' | 'saved' | 'failed'

/** Saves notes or tags, and says how far that is. */
export function useAnnotate({ id, name }: Tenant) {
  const { tenant } = useClient()
  const [saving, setSaving] = useState<Saving>('idle')
  const [error, setError] = useState<unknown>()
  const save = async (change: { notes: string } | { tags: string[] }): Promise<boolean> => {
    setSaving('saving')
    setError(undefined)
    try {
      await tenant.annotate({ id, name, ...change })
      setSaving('saved')
      return true
    } catch (caught) {
      setError(caught)
      setSaving('failed')
      return false
    }
  }
  return { saving, error, save, forget: () => setSaving('idle') }
}

export const savingWords: Readonly<Record<Saving, string>> = {
  idle: '',
  saving: 'Saving…',
  saved: 'Saved',
  failed: 'Not saved',
}
