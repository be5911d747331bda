import type { Others } from '../rpc/live-state.ts'

/** `12 changes by another panel, 1 cache emptied by another panel or a client`; empty where there is nothing to say. */
export function describeOthers({ changes, flushes }: Others): string {
  const count = (number: number, noun: string): string =>
    `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
  return [
    changes === 0 ? '' : `${count(changes, 'change')} by another panel`,
    flushes === 0 ? '' : `${count(flushes, 'cache')} emptied by another panel or a client`,
  ]
    .filter(Boolean)
    .join(', ')
}
