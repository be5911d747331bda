/** Progress goes to standard error: standard output belongs to the program's result. */
export const say = (sentence) => process.stderr.write(`${sentence}\n`)

/** Ends the program with a sentence instead of a stack. */
export const giveUp = (sentence) => {
  say(sentence)
  process.exit(1)
}
