import { listNames } from '../sentence/list-names.ts'

interface PartlyRevoked {
  readonly revoked?: readonly string[] | undefined
  readonly cut?: readonly { readonly address: string; readonly sockets: number }[] | undefined
  readonly inside?: string | undefined
}

/** The entries of a revocation that are closed, though others of it are not. */
export function describeRevoked({ revoked, cut = [], inside = '' }: PartlyRevoked): string {
  const cutOff = cut.map(({ address, sockets }) => `${address} (${sockets})`)
  return [
    ...(revoked === undefined ? [] : [`Revoked: ${listNames(revoked)}.`]),
    ...(cut.length === 0 ? [] : [`Live connections that were cut: ${listNames(cutOff)}.`]),
    ...(inside === '' ? [] : [inside]),
  ]
    .map((sentence) => ` ${sentence}`)
    .join('')
}
