/** `203.0.113.7:20000`, with brackets for IPv6; an empty text until both are known. */
export function renderEndpoint(address: string | undefined, port: number | null): string {
  if (address === undefined || port === null) return ''
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
