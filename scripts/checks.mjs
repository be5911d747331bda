import { spawn } from 'node:child_process'

/** Lint, types, dead code and the build, in the order of their length. */
const names = ['lint', 'knip', 'typecheck', 'build']

/**
 * Runs the checks one after the other beside the tests, because the first tests wait for hosts. Their output is kept
 * until it can be shown in one piece.
 * @returns those that failed, with everything they printed, and how long all of them took in milliseconds
 */
export const runChecks = async () => {
  const begun = performance.now()
  const failed = []
  for (const name of names) {
    const { status, output } = await runCheck(name)
    if (status !== 0) failed.push({ name, output })
  }
  return { failed, ms: performance.now() - begun }
}

const runCheck = (name) =>
  new Promise((resolve) => {
    // npm is a script on Windows, which only a shell starts; all of its arguments are constant.
    const shell = process.platform === 'win32'
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'], shell })
    const pieces = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => pieces.push(piece))
    const settle = (status) => resolve({ status, output: Buffer.concat(pieces).toString('utf8') })
    child.once('error', (error) => {
      pieces.push(Buffer.from(`${error.message}\n`))
      settle(1)
    })
    child.once('close', (code) => settle(code ?? 1))
  })
