/** Whether a panel started this program: it hears of every step, and nobody at a terminal can be asked anything. */
export const forPanel = process.argv.includes('--for-panel')

/** Tells the panel that started this program, if one did and is still there. */
const tellPanel = (message) => {
  if (forPanel && process.connected) process.send(message, () => {})
}

/** Progress goes to standard error: standard output belongs to the program's result. */
export const say = (sentence) => {
  tellPanel({ kind: 'said', sentence })
  process.stderr.write(`${sentence}\n`)
}

/** Ends the program with a sentence instead of a stack. */
export const giveUp = (sentence) => {
  // A panel has what was said elsewhere than above.
  tellPanel({ kind: 'failed', reason: sentence.replace(/; what (it|was) said is above/, '') })
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
