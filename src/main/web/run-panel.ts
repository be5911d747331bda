import { constants } from 'node:os'
import { describeWait } from '../control/describe-wait.ts'
import { chooseDataDir } from '../data-folder.ts'
import { hearSignal } from '../hear-signal.ts'
import { keepHeapLean } from '../lean-heap.ts'
import { openPanel } from '../open-panel.ts'
import { describeNewLink, onNewLinkAsked } from './new-link.ts'
import { canOpenBrowser, openInBrowser } from './open-in-browser.ts'
import { openShell } from './open-shell.ts'

export interface RunOptions {
  readonly data: string | undefined
  /** 0 for any that is free. */
  readonly port: number
  /** Whether to open the user's browser, where there is one. */
  readonly browser: boolean
}

/** Where a person reads: links go to standard output, words to standard error. */
export interface Speaker {
  print(text: string): void
  note(text: string): void
}

/** Longer than a command waits for a slow host to take access away, in milliseconds. */
const commandWaitMs = 240_000

/**
 * Runs the panel for browsers until it is told to end.
 * @returns the exit status: 0 after Ctrl-C, else 128 and the signal's number
 * @throws ProblemError STORE_BUSY, STORE_UNUSABLE, CANCELLED, INVALID_INPUT when the port cannot be had
 */
export async function runPanel({ data, port, browser }: RunOptions, speaker: Speaker): Promise<number> {
  keepHeapLean()
  const ended = untilEnded()
  const stop = new AbortController()
  void ended.then(() => stop.abort())
  const onLongWait = (owner: string): void => speaker.note(describeWait(owner))
  const panel = await openPanel(chooseDataDir(data), {
    waiting: { waitMs: commandWaitMs, onLongWait, signal: stop.signal },
  })
  try {
    const shell = await openShell(panel.context, port)
    const stopAsking = onNewLinkAsked(() => speaker.print(shell.newLink()))
    const opened = browser && canOpenBrowser() ? await openInBrowser(shell.newLink()) : undefined
    speaker.note(
      opened === undefined
        ? 'Open the panel with this link. It lets one tab in, once; that tab can be reloaded and lets others in.'
        : 'The panel opens in your browser. This link opens it too, once:',
    )
    speaker.print(shell.newLink())
    speaker.note(`${describeNewLink()} Ctrl-C ends the panel.`)
    const status = await ended
    stopAsking()
    await opened?.()
    await shell.close()
    return status
  } finally {
    await panel.close()
  }
}

/** Settles with the exit status at the first signal that asks this program to end; a second one ends it at once. */
function untilEnded(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      hearSignal(signal, () => resolve(signal === 'SIGINT' ? 0 : 128 + constants.signals[signal]))
    }
  })
}
