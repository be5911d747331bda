import { describeIdle, renderClientSocket } from '../../core/tenant/client-socket.ts'
import { readProblem } from './command-problem.ts'
import type { CommandTools } from './run-command.ts'
import type { Terminal } from './terminal.ts'

/** Its clients may take each free place again before the panel has it. */
const mostClosed = 5

/**
 * Runs a call and, where clients hold all connections of the tenant's memcached, offers to close the one that is idle the
 * longest, by its address, and runs it again.
 */
export async function withFreeConnection<T>(
  tools: Pick<CommandTools, 'client'> & { readonly terminal: Pick<Terminal, 'interactive' | 'confirm'> },
  call: () => Promise<T>,
): Promise<T> {
  const { client, terminal } = tools
  for (let closed = 0; ; closed += 1) {
    try {
      return await call()
    } catch (error) {
      const found = readProblem(error)
      if (found?.problem.code !== 'CONNECTIONS_TAKEN' || closed >= mostClosed) throw error
      const { idle } = found.problem.details
      if (idle === undefined || !terminal.interactive) throw error
      const address = renderClientSocket(idle)
      const sentence = `The clients of ${idle.tenant} hold all its connections. Idle the longest is that of ${address}: ${describeIdle(idle.seconds)}.`
      if (!(await terminal.confirm(`${sentence} Close it and try again?`))) throw error
      await client.tenant.disconnect({ name: idle.tenant, client: address })
    }
  }
}
