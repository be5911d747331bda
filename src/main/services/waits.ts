import { EventEmitter, on } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

/** Reasons for which somebody who asked for something waits just now, in sentences. */
export interface Waits {
  /** @param isStill whether that is waited for still */
  begin(sentence: string, isStill: () => boolean): void
  /**
   * The reasons that there are after so long, and then each that begins, until the signal is aborted: a caller who has
   * an answer before that has not waited.
   */
  watch(afterMs: number, signal: AbortSignal | undefined): AsyncGenerator<string, void>
}

export function createWaits(): Waits {
  const events = new EventEmitter()
  // One for each command that is under way.
  events.setMaxListeners(0)
  const begun = new Map<string, () => boolean>()
  return {
    begin(sentence, isStill) {
      for (const [each, isEachStill] of begun) if (!isEachStill()) begun.delete(each)
      const before = begun.get(sentence)
      begun.set(sentence, before === undefined ? isStill : () => before() || isStill())
      events.emit('begun', sentence)
    },
    async *watch(afterMs, signal) {
      const options = signal === undefined ? {} : { signal }
      try {
        await pause(afterMs, undefined, options)
        const further = on(events, 'begun', options)
        for (const [sentence, isStill] of begun) if (isStill()) yield sentence
        for await (const [sentence] of further) yield String(sentence)
      } catch (error) {
        if (signal?.aborted !== true) throw error
      }
    },
  }
}
