/** Figures out of repeated measurements: medians with their spread, and ratios of pairs with their interval. */

/** The value below which this share of the sorted values lies, by linear interpolation; `share` from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  if (low === undefined || high === undefined) throw new RangeError('there is nothing to take a quantile of')
  return low + (high - low) * (at - Math.floor(at))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** `41.2 (38.9-45.0, n 25)`: the median, the middle half of the values, and how many there are. */
export function renderSpread(values: readonly number[], digits = 1): string {
  const show = (share: number): string => quantile(values, share).toFixed(digits)
  return `${show(0.5)} (${show(0.25)}-${show(0.75)}, n ${values.length})`
}

/**
 * An interval that holds the median with at least 95 % confidence, by the order statistics alone: how many values lie
 * below a median is binomial with one half, whatever the distribution of the values.
 */
export function medianInterval(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b)
  const count = sorted.length
  let outside = 0
  let skipped = 0
  for (let weight = 0.5 ** count; outside + weight <= 0.025; skipped += 1) {
    outside += weight
    weight *= (count - skipped) / (skipped + 1)
  }
  const [low, high] = [sorted[Math.max(skipped - 1, 0)], sorted[Math.min(count - skipped, count - 1)]]
  if (low === undefined || high === undefined) throw new RangeError('there is nothing to take an interval of')
  return [low, high]
}

/** `0.99, 95 % interval 0.97 to 1.01, 15 pairs`, of what was measured in pairs. */
export function renderRatios(ratios: readonly number[]): string {
  const [low, high] = medianInterval(ratios)
  return `${median(ratios).toFixed(2)}, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}, ${ratios.length} pairs`
}

/** The quotient of each pair. */
export function divide(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, index) => value / (under[index] ?? Number.NaN))
}

/** How long `work` takes, in milliseconds. */
export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Runs each of the works once a round, in turning order, so that what drifts meanwhile meets all of them alike. */
export async function interleave(
  rounds: number,
  works: readonly ((round: number) => Promise<void>)[],
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (let step = 0; step < works.length; step += 1) {
      await works[(round + step) % works.length]?.(round)
    }
  }
}
