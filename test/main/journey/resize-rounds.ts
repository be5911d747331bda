import { expect } from 'vitest'

/** A container between two steps. */
export interface SeenContainer {
  readonly rssMb: number
  readonly limitMb: number
  /** Whatever differs once it was killed or started again. */
  readonly life: unknown
}

/** Bytes of an item, one size a round. */
const sizes = [1_000, 100, 20_000, 400, 100_000, 3_000, 200, 50_000, 8_000, 700]

interface Rounds {
  readonly largeMb: number
  readonly smallMb: number
  readonly fill: (count: number, bytes: number) => Promise<unknown>
  readonly resize: (memoryMb: number) => Promise<unknown>
  readonly observe: () => Promise<SeenContainer>
}

/**
 * Ten rounds of fill, shrink, grow and fill with items of other sizes, in which the container is never killed and stays
 * within its limit.
 * @returns what it used in each
 */
export async function fillAndResize({ largeMb, smallMb, fill, resize, observe }: Rounds): Promise<string> {
  const { life } = await observe()
  const rounds: string[] = []
  for (const bytes of sizes) {
    const count = Math.ceil((largeMb * 2 ** 20) / (bytes + 50))
    await fill(count, bytes)
    const full = await observe()
    await resize(smallMb)
    const small = await observe()
    await resize(largeMb)
    await fill(count, bytes)
    const again = await observe()
    rounds.push(`${bytes} B: ${full.rssMb}/${small.rssMb}/${again.rssMb} MB`)
    for (const seen of [full, small, again]) {
      expect(seen.life, rounds.join('; ')).toEqual(life)
      expect(seen.rssMb, rounds.join('; ')).toBeLessThan(seen.limitMb)
    }
  }
  return rounds.join('; ')
}
