import { runProgram } from './cli/program.ts'

// The browser shell is the command line's `panel`.
const [node = '', file = '', ...words] = process.argv
await runProgram([node, file, 'panel', ...words])
