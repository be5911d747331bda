import { notifications } from '@mantine/notifications'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useClient } from '../../../rpc/client-context.tsx'
import { toFailure } from '../../../rpc/failure.ts'
import { useStore } from '../../../rpc/store.ts'
import { beginDraft, type Draft, followSaved, isDirty } from '../draft.ts'
import { type AllUnsavedNotes, useUnsavedNotes, withNotes } from '../unsaved-notes.tsx'
import { type Saving, savingWords } from './use-annotate.ts'

/**
 * The notes as they are typed. They are saved when they are left in whatever way, and before the page is left; what is not
 * stored is kept, and is there again with why.
 */
export function useNotes(tenant: Tenant) {
  const { id, name } = tenant
  const client = useClient()
  const store = useUnsavedNotes()
  const [saving, setSaving] = useState<Saving>('idle')
  const kept = useStore(
    store,
    useCallback((all: AllUnsavedNotes) => all.get(id), [id]),
  )
  const draft = kept?.draft ?? beginDraft(tenant.notes)

  const put = useCallback(
    (next: Draft, error?: unknown): void =>
      store.set((all) => withNotes(all, id, isDirty(next) ? { draft: next, error } : undefined)),
    [store, id],
  )
  useEffect(() => {
    const now = store.get().get(id)
    if (now !== undefined) put(followSaved(now.draft, tenant.notes), now.error)
  }, [store, id, put, tenant.notes])

  const isShown = useRef(true)
  const run = useRef({ isBusy: false, isAsked: false })
  const saveOnce = async (text: string): Promise<boolean> => {
    setSaving('saving')
    try {
      await client.tenant.annotate({ id, name, notes: text })
      const now = store.get().get(id)?.draft
      const saved = now && { ...now, base: text, saved: text }
      // Shown until the tenant has it too, which may be told a moment later.
      const isHeld = saved !== undefined && (isShown.current || isDirty(saved))
      store.set((all) => withNotes(all, id, isHeld ? { draft: saved, error: undefined } : undefined))
      setSaving('saved')
      return true
    } catch (error) {
      const now = store.get().get(id)?.draft
      if (now !== undefined) put(now, error)
      setSaving('failed')
      if (isShown.current) return false
      const message = `The notes of ${name} are not saved yet: ${toFailure(error).message} What was typed is still in its settings.`
      notifications.show({ color: 'red', message, autoClose: false })
      return false
    }
  }
  /** A save asked for while one runs follows it, with the text typed meanwhile. */
  const keep = async (): Promise<void> => {
    run.current.isAsked = true
    if (run.current.isBusy) return
    run.current.isBusy = true
    while (run.current.isAsked) {
      run.current.isAsked = false
      const now = store.get().get(id)?.draft
      if (now === undefined || !isDirty(now) || !(await saveOnce(now.text))) break
    }
    run.current.isBusy = false
  }
  const latest = useRef(keep)
  latest.current = keep
  useEffect(() => {
    isShown.current = true
    // While the question stands there, it is on its way already.
    const saveFirst = (): void => void latest.current()
    window.addEventListener('beforeunload', saveFirst)
    return () => {
      window.removeEventListener('beforeunload', saveFirst)
      isShown.current = false
      // A field that goes away, by a key as by the palette, is not left before.
      void latest.current()
    }
  }, [])

  return {
    draft,
    error: kept?.error,
    said: saving === 'idle' && isDirty(draft) ? 'Not saved yet' : savingWords[saving],
    type: (text: string): void => {
      put({ ...draft, text })
      setSaving('idle')
    },
    keep: (): void => void keep(),
    takeTheirs: (): void => put(beginDraft(tenant.notes)),
  }
}
