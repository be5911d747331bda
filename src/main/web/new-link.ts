/** How to get a new link out of this program. */
export function describeNewLink(): string {
  const signal = `kill -USR2 ${process.pid}`
  const others = process.platform === 'win32' ? '' : ` (or ${signal})`
  return process.stdin.isTTY ? `Enter prints a new link${others}.` : `For a new link: ${signal}.`
}

/**
 * Calls back for every line on the terminal and every SIGUSR2; SIGUSR1 would open Node's debugger.
 * @returns ends it
 */
export function onNewLinkAsked(callback: () => void): () => void {
  const { stdin } = process
  if (stdin.isTTY) stdin.on('data', callback)
  if (process.platform !== 'win32') process.on('SIGUSR2', callback)
  return () => {
    stdin.off('data', callback)
    stdin.pause()
    process.off('SIGUSR2', callback)
  }
}
