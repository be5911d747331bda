import { z } from 'zod'

const kindSchema = z.enum(['unclear', 'unread', 'open', 'drifted', 'damaged', 'held'])

/**
 * The fault of a host's filter, and in sentences what it means and what to do. `unclear`, `unread`: it is not known who
 * gets in; `open`: anybody; `drifted`: not exactly the allowlists; `damaged`: nobody, from the
 * next round of its timer on, because the host's records cannot be used; `held`: exactly the allowlists, and nobody can be added to them.
 */
export const filterFaultSchema = z.object({ kind: kindSchema, sentence: z.string() })

/** For lists: the state of a host with such a filter, in a few words. */
export const filterMarks: Readonly<Record<z.infer<typeof kindSchema>, string>> = {
  unclear: 'filter unclear',
  unread: 'filter not known',
  open: 'not filtered: open to anybody',
  drifted: 'filtered, with differences',
  damaged: 'closed within 30 s: its records are damaged',
  held: 'filtered, nobody can be added',
}

export type ToldFilterFault = z.infer<typeof filterFaultSchema>
