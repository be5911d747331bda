import { readProblem } from '../../../src/main/cli/command-problem.ts'

/** The look's finding, and whether it is what should be so. */
export interface Look {
  readonly held: boolean
  readonly seen: string
}

/** One thing to be shown. Its `look` throwing counts as not held. */
export interface ProofStep {
  readonly sentence: string
  /** When what it waits for began, by performance.now(); when the look begins, unless given. */
  readonly begunAt?: number
  look(): Promise<Look>
}

/** One line of the proof. `ms` is how long it took, in milliseconds, with the start of the program that looks. */
export interface ProofLine extends Look {
  readonly phase: string
  readonly sentence: string
  readonly ms: number
}

/** Where a proof is shown while it is made. */
export interface Audience {
  phase(sentence: string): void
  line(line: ProofLine): void
}

/** A proof being made. After `signal` is aborted every call throws. */
export interface Proof {
  /** The name of the next part, shown before it is waited for. */
  phase(sentence: string): void
  /** Looks at several things at once and shows them in their order. */
  show(...steps: readonly ProofStep[]): Promise<void>
  /** Does what everything after it needs, and returns its value; throws {@link ProofEnded} when it fails. */
  need<Value>(sentence: string, work: () => Promise<{ value: Value; seen: string }>): Promise<Value>
  lines(): readonly ProofLine[]
}

/** A step failed that everything after it needs. It has been shown as a line already. */
export class ProofEnded extends Error {
  override readonly name = 'ProofEnded'
}

export const openProof = (audience: Audience, signal: AbortSignal): Proof => {
  const lines: ProofLine[] = []
  let phase = ''
  const add = (line: ProofLine): void => {
    signal.throwIfAborted()
    lines.push(line)
    audience.line(line)
  }
  return {
    phase: (sentence) => {
      signal.throwIfAborted()
      phase = sentence
      audience.phase(sentence)
    },
    show: async (...steps) => {
      for (const line of await Promise.all(steps.map((step) => lookAt(phase, step)))) add(line)
    },
    need: async (sentence, work) => {
      const startedAt = performance.now()
      const outcome = await attempt(work)
      const common = { phase, sentence, ms: sinceMs(startedAt) }
      add({ ...common, held: outcome.kind === 'done', seen: outcome.seen })
      if (outcome.kind === 'failed') throw new ProofEnded(outcome.seen)
      return outcome.value
    },
    lines: () => lines,
  }
}

/** A problem's sentence and advice, or what else was thrown. */
export const describeFailure = (error: unknown): string => {
  const found = readProblem(error)
  if (found !== undefined) return `${found.message} ${found.advice}`
  return error instanceof Error ? error.message : String(error)
}

const lookAt = async (
  phase: string,
  { sentence, look, begunAt = performance.now() }: ProofStep,
): Promise<ProofLine> => {
  const { held, seen } = await look().catch((error) => ({ held: false, seen: describeFailure(error) }))
  return { phase, sentence, held, seen, ms: sinceMs(begunAt) }
}

type Attempt<Value> = { kind: 'done'; value: Value; seen: string } | { kind: 'failed'; seen: string }

const attempt = async <Value>(
  work: () => Promise<{ value: Value; seen: string }>,
): Promise<Attempt<Value>> => {
  try {
    return { kind: 'done', ...(await work()) }
  } catch (error) {
    return { kind: 'failed', seen: describeFailure(error) }
  }
}

const sinceMs = (startedAt: number): number => Math.round(performance.now() - startedAt)
