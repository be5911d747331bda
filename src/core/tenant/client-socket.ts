import { renderSocket } from '../../domain/tenant-listeners.ts'

/** A client's end of a connection to its cache. */
export interface ClientSocket {
  /** As a host writes it: `203.0.113.9`, `2001:db8::9`. */
  readonly address: string
  readonly port: number
}

/** `203.0.113.9:51514`, `[2001:db8::9]:51514`. */
export const renderClientSocket = ({ address, port }: ClientSocket): string => renderSocket(address, port)

/** The same read back; undefined for anything else. Whether there is such an address is left to whoever knows it. */
export function parseClientSocket(text: string): ClientSocket | undefined {
  const match = /^(?:\[(?<six>[0-9a-f:.]{2,45})\]|(?<four>\d[\d.]{6,14})):(?<port>[1-9]\d{0,4})$/.exec(
    text.trim(),
  )
  const address = match?.groups?.['six'] ?? match?.groups?.['four']
  const port = Number(match?.groups?.['port'])
  return address === undefined || port > 65_535 ? undefined : { address, port }
}

/** `nothing came over it for 40 s`; below a minute in seconds, else in whole minutes or hours. */
export function describeIdle(seconds: number): string {
  if (seconds === 0) return 'something came over it within the last second'
  return `nothing came over it for ${renderIdle(seconds)}`
}

function renderIdle(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} minutes` : `${Math.floor(seconds / 3_600)} hours`
}
