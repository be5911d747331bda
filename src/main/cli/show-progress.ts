import type { Progress } from '../../contract/progress.ts'
import type { Terminal } from './terminal.ts'

/** Reads long work to its end, saying each step as it is done, and gives the result. */
export async function showProgress<T>(
  terminal: Terminal,
  steps: AsyncIterator<Progress, T | undefined, unknown>,
): Promise<T> {
  for (;;) {
    const next = await steps.next()
    if (next.done === true) return next.value as T
    const { state, sentence, atMs } = next.value
    if (terminal.json) continue
    if (state === 'done') terminal.note(`  done    ${sentence} (${atMs} ms)`)
    if (state === 'failed') terminal.note(`  failed  ${sentence}`)
  }
}
