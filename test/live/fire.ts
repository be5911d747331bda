import { expect } from 'vitest'
import { type BackCount, countBack, startSweep } from '../hosts/sweep.ts'
import type { LiveWorld } from './live-world.ts'
import { patienceMs } from './reach-both.ts'

/** Clients that are not allowed and ask without an end. */
export interface Fire {
  /** Waits until each has asked every port `rounds` more times. */
  more(rounds: number): Promise<void>
  /** Answers to any of them since it began; refusals (RST) come before Docker listens, and are none. */
  answers(): Promise<BackCount>
  /** Ends it. @returns the rounds and the packets that were sent */
  stop(): Promise<{ rounds: number; packets: number }>
}

/** Few ports, so that a moment in which one of them answers is not missed. */
const ports = 10
const pauseMs = 10

/** Has the denied and the revoked client send a SYN to each of ten ports a hundred times a second, over both families. */
export const startFire = async (
  { host, denied, revoked }: LiveWorld,
  from: number,
  counters: Fire['answers'],
): Promise<Fire> => {
  const range = { from, to: from + ports - 1 }
  const sweeps = await Promise.all(
    [denied, revoked].map((client) => startSweep(client, host, range, pauseMs)),
  )
  const before = await counters()
  return {
    more: async (rounds) => {
      for (const sweep of sweeps) await sweep.more(rounds, patienceMs)
    },
    answers: async () => {
      const now = await counters()
      return { packets4: now.packets4 - before.packets4, packets6: now.packets6 - before.packets6 }
    },
    stop: async () => {
      const sums = await Promise.all(sweeps.map((sweep) => sweep.stop()))
      for (const { rounds } of sums) expect(rounds).toBeGreaterThan(20)
      const total = (key: 'rounds' | 'packets') => sums.reduce((sum, each) => sum + each[key], 0)
      return { rounds: total('rounds'), packets: total('packets') }
    },
  }
}

/** Begins to count answers to the denied and the revoked client; once for each world. */
export const countAnswers = async ({ host, denied, revoked }: LiveWorld): Promise<Fire['answers']> => {
  const counts = await Promise.all(
    [denied, revoked].map((client) => countBack(client, host, undefined, 'answers')),
  )
  return async () => {
    const sums = await Promise.all(counts.map((count) => count()))
    return {
      packets4: sums.reduce((sum, { packets4 }) => sum + packets4, 0),
      packets6: sums.reduce((sum, { packets6 }) => sum + packets6, 0),
    }
  }
}

export const nothing: BackCount = { packets4: 0, packets6: 0 }
