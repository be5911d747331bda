import type { CheckLine, ListedHost } from '../../contract/host.ts'
import { listNames } from '../sentence/list-names.ts'

/** Reasons that are told, at most: where each tenant has one of its own, the first say enough. */
const mostReasons = 3

/** A host's check of access that was taken away and is not closed there for certain; no line where all is closed. */
export function describeUnclosed(pending: ListedHost['pending']): CheckLine[] {
  if (pending.length === 0) return []
  const told = pending.map(({ kind, cidrs, tenant, since }) => {
    const entries = cidrs.length === 0 ? '' : ` (${listNames(cidrs)})`
    return `${kind} of ${tenant}${entries} since ${since}`
  })
  const reasons = [...new Set(pending.map(({ why }) => why).filter((why) => why !== ''))]
  const isClosed = pending.every(({ closed }) => closed)
  const so = isClosed ? 'Closed, but not kept there yet' : 'Not in force yet'
  const sentence = `${so}: ${listNames(told)}. ${reasons.slice(0, mostReasons).join(' ')}`.trim()
  const cause = isClosed ? 'Put the cause right there before its next boot, which may let in again. ' : ''
  const advice = `${cause}It is tried again until the host has confirmed it.`
  return [{ subject: 'Closings', verdict: 'bad', sentence, advice }]
}
