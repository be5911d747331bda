/**
 * The page's Content-Security-Policy: its own files and nothing else, no inline script, no network but its own origin.
 * The component library's style elements carry the nonce. Text becomes part of the document only by the page's one policy
 * for trusted types, `default` (src/renderer/trusted-types.ts), which refuses markup.
 * @param nonce of this load of the page
 * @param socket where the page's socket leads, `ws://127.0.0.1:4711`: not every browser counts it as its own origin
 */
export function renderContentPolicy(nonce: string, socket = ''): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${socket}`.trim(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
}

/**
 * The policy while Vite serves the page to those who edit it (`npm run dev`): its script and styles carry the nonce, its
 * socket is on the same port, and its display of errors is markup made of text. Nothing of this is in a built program.
 */
export function renderDevelopmentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self' ws://localhost:*",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
