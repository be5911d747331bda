import type { IncomingMessage } from 'node:http'

/**
 * Why a request is not answered; undefined when it is from a page of ours, or opens one.
 *
 * The Host must be ours letter by letter, because a name of somebody else's can be made to lead to 127.0.0.1 (DNS
 * rebinding). An Origin must be ours, and what changes something must have one: browsers send it with every POST and
 * every socket, and no page can forge it. Browsers also tell where a request comes from (Sec-Fetch-Site); from another
 * site the panel may only be opened, as by a click on its link.
 * @param origin of the panel, `http://127.0.0.1:4711`
 */
export function refuseRequest(request: IncomingMessage, origin: string): string | undefined {
  const { headers, method } = request
  if (headers.host !== new URL(origin).host) return 'host'
  // `GET http://elsewhere/ HTTP/1.1` is a request to a proxy.
  if (request.url?.startsWith('/') !== true) return 'target'
  const isReading = (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined
  if (headers.origin === undefined ? !isReading : headers.origin !== origin) return 'origin'
  const site = headers['sec-fetch-site']
  const isOpening = isReading && headers['sec-fetch-mode'] === 'navigate'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isOpening) return 'site'
  return undefined
}
