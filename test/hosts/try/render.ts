import { styleText } from 'node:util'
import type { Host } from '../host.ts'
import { type ReachableTenant, renderEndpoints } from './main-job.ts'
import type { ProofLine } from './proof.ts'

/** The mark, the time, what should be so and what was seen: `  held        12 ms  client 1 …: VERSION 1.6.18`. */
export const renderLine = ({ sentence, held, seen, ms }: ProofLine, colour: boolean): string => {
  const mark = (held ? 'held' : 'NOT HELD').padEnd(8)
  const marked = colour ? styleText(held ? 'green' : 'red', mark) : mark
  return `  ${marked}  ${String(ms).padStart(5)} ms  ${sentence}${seen === '' ? '' : `: ${seen}`}`
}

/** How the proof came out, in one sentence. */
export const renderVerdict = (lines: readonly ProofLine[]): string => {
  const failed = lines.filter(({ held }) => !held).length
  if (failed > 0) return `${failed} of ${lines.length} lines did not hold.`
  return `All ${lines.length} lines held.`
}

/**
 * The commands for a person to try on the sandbox from a second terminal, ready to paste.
 * @param project the folder of package.json, where npx finds the command line
 * @param store the folder of the store
 */
export const renderNextSteps = (
  tenant: ReachableTenant,
  { address4, machineAddress4 }: Host,
  project: string,
  store: string,
): string => `
Tenant ${tenant.name} listens on ${renderEndpoints(tenant.addresses, tenant.port)}.

In a second terminal the command line works on this sandbox:

  cd ${quote(project)}
  export MEMHARBOR_DATA=${quote(store)}
  npx memharbor tenant list

The server sees this computer as ${machineAddress4}, which is not allowed yet, so this times out:

  printf 'version\\r\\nquit\\r\\n' | nc -w 3 ${address4} ${tenant.port}

Let it in, then try again; it prints the version:

  npx memharbor tenant allow ${tenant.name} ${machineAddress4}

Ctrl-C here removes the sandbox and everything else that was made.
`

/** A path as one word of a shell. */
const quote = (path: string): string =>
  /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
