import { openTerminal } from '../../../src/main/cli/terminal.ts'

/** Asks both kinds of question, as a command does, with a text that tries to steer the terminal. */
const terminal = openTerminal({ json: false })
const title = '\u001b]0;PWNED\u0007web'
await terminal.confirm(`Delete ${title}?`)
await terminal.askSecret(`Password of ${title}`)
