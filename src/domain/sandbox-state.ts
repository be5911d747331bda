import type { SandboxState } from '../contract/sandbox.ts'
import { describeProblem } from './describe-problem.ts'

/** Events of a sandbox: from the operator, from its program, or observed. */
export type SandboxEvent =
  | { readonly kind: 'started' }
  /** The step that it begins. */
  | { readonly kind: 'said'; readonly sentence: string }
  /** One line of the proof. */
  | { readonly kind: 'line'; readonly sentence: string; readonly held: boolean; readonly seen: string }
  /** Its panel answers. */
  | { readonly kind: 'up'; readonly proven: boolean }
  | { readonly kind: 'stopping' }
  /** It cannot go on, and removes what it made. */
  | { readonly kind: 'broke' }
  /** Its program is gone; `reason` why, empty where that is how it should be; `said` its last lines. */
  | { readonly kind: 'ended'; readonly reason: string; readonly said: readonly string[] }

type Step = Extract<SandboxState, { kind: 'starting' }>['steps'][number]

/** More than it ever tells; of what comes then, nothing is kept. */
const mostSteps = 100

/** The state after an event; an event that does not fit the state changes nothing. */
export function nextSandboxState(state: SandboxState, event: SandboxEvent): SandboxState {
  switch (event.kind) {
    case 'started':
      return { kind: 'starting', steps: [] }
    case 'said':
      return isRunning(state) ? { ...state, steps: begin(state.steps, event.sentence) } : state
    case 'line': {
      if (event.held || !isRunning(state)) return state
      const sentence = `${event.sentence}: ${event.seen}`
      return { ...state, steps: add(close(state.steps, 'failed'), { sentence, state: 'failed' }) }
    }
    case 'up':
      return state.kind === 'starting'
        ? { kind: 'up', steps: close(state.steps, 'done'), proven: event.proven }
        : state
    case 'stopping':
      return isRunning(state) ? { kind: 'stopping', steps: close(state.steps, 'done') } : state
    case 'broke':
      return isRunning(state) ? { kind: 'stopping', steps: close(state.steps, 'failed') } : state
    case 'ended':
      return isRunning(state) ? end(state, event.reason, event.said) : state
  }
}

type Running = Extract<SandboxState, { kind: 'starting' | 'up' | 'stopping' }>

function isRunning(state: SandboxState): state is Running {
  return state.kind !== 'none' && state.kind !== 'failed'
}

function end({ kind, steps }: Running, reason: string, said: readonly string[]): SandboxState {
  if (kind === 'stopping' && reason === '') return { kind: 'none' }
  const details = { reason: reason === '' ? 'it ended by itself' : reason, said: [...said] }
  const { message, advice } = describeProblem({ code: 'SANDBOX_FAILED', details })
  // Where something failed before, what was under way at the end is the removing.
  const last = steps.some(({ state }) => state === 'failed') ? 'done' : 'failed'
  return { kind: 'failed', steps: close(steps, last), message, advice, said: details.said }
}

function close(steps: readonly Step[], state: Step['state']): Step[] {
  return steps.map((step) => (step.state === 'started' ? { ...step, state } : step))
}

/** Some of those who tell end with a full stop, a list of steps does not. */
function begin(steps: readonly Step[], sentence: string): Step[] {
  return add(close(steps, 'done'), { sentence: sentence.replace(/\.$/, ''), state: 'started' })
}

function add(steps: readonly Step[], step: Step): Step[] {
  return [...steps, step].slice(0, mostSteps)
}
