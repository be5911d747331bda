/** The nonce that the shell put into this load of the page, without which the browser takes no style sheet from script. */
export function readStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}
