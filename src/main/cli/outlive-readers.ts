/**
 * A reader that leaves early (`| grep -q`, `| head`) ends no work: what was asked for is done to its end, with the status
 * that it has, and the rest of the text is lost. Node would end the program at the first line that nobody takes. Where the
 * answer cannot be kept for another reason, as on a full disk, the status is 1 and standard error says so.
 */
export function outliveReaders(): void {
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = 1
    process.stderr.write(
      `The answer could not be written to standard output (${error.code ?? error.message}). What was asked for goes on: ask again what is so now.\n`,
    )
  })
}
