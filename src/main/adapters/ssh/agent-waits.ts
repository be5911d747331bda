import { ProblemError } from '../../../domain/problem-error.ts'
import type { TimeLimits } from '../time-limits.ts'

/** A question to an agent, which somebody may have to answer. */
export interface AgentQuestion {
  /** The path of its socket. */
  readonly agent: string
  /** As an infinitive: `to list its keys` */
  readonly asked: string
}

/** The waits for agents, of one link: time that they take is a person's, and counts for no limit of a machine. */
export interface AgentWaits {
  /** @throws ProblemError AGENT_SILENT when the longest wait is over, or what `work` throws */
  during<T>(question: AgentQuestion, work: () => Promise<T>): Promise<T>
  isWaiting(): boolean
  /** Undefined: none is waited for. */
  problem(): ProblemError | undefined
}

interface AgentWaitOptions {
  /** The panel's name of the host. */
  readonly host: string
  readonly timeLimits: Pick<TimeLimits, 'slowAgentMs' | 'agentMs'>
  /** Told of each wait that takes a while: somebody should look at what the agent shows. */
  onSlow(question: AgentQuestion, isStill: () => boolean): void
}

export function createAgentWaits({ host, timeLimits, onSlow }: AgentWaitOptions): AgentWaits {
  const waits = new Map<AgentQuestion, number>()
  const silent = (question: AgentQuestion, since: number): ProblemError => {
    const afterMs = Math.round(performance.now() - since)
    const { agent, asked } = question
    return new ProblemError({ code: 'AGENT_SILENT', details: { host, agent, asked, afterMs } })
  }
  return {
    during(question, work) {
      const mine = { ...question }
      const since = performance.now()
      waits.set(mine, since)
      return new Promise((resolve, reject) => {
        const slow = setTimeout(() => onSlow(question, () => waits.has(mine)), timeLimits.slowAgentMs)
        const late = setTimeout(() => {
          waits.delete(mine)
          reject(silent(question, since))
        }, timeLimits.agentMs)
        // What is waited for keeps the program by itself, and its limit must not once that is closed.
        slow.unref()
        late.unref()
        work()
          .then(resolve, reject)
          .finally(() => {
            waits.delete(mine)
            clearTimeout(slow)
            clearTimeout(late)
          })
      })
    },
    isWaiting: () => waits.size > 0,
    problem() {
      const [first] = waits
      return first === undefined ? undefined : silent(...first)
    },
  }
}
