import { renderBytes } from '../../../ui/quantities.ts'

/** The effect of a new size on a cache, in a sentence, from the memory of its items now (undefined: not observed). */
export function describeResize(fromMb: number, toMb: number, usedBytes: number | undefined): string {
  if (toMb === fromMb) return 'It has that size already.'
  if (toMb > fromMb) return 'It grows while it runs; connections stay.'
  const over = usedBytes === undefined ? undefined : usedBytes - toMb * 2 ** 20
  if (over === undefined) return 'What it holds now is not observed, so what will be dropped is not known.'
  if (over <= 0) return `It holds ${renderBytes(usedBytes ?? 0)} now, so little or nothing should be dropped.`
  return `It holds ${renderBytes(usedBytes ?? 0)} now, so about ${renderBytes(over)} will be dropped, oldest first.`
}

/** Sizes to choose from in MB, with the tenant's own among them. */
export function listSizes(currentMb: number): number[] {
  const usual = [32, 64, 128, 256, 512, 1024, 2048, 4096]
  return [...new Set([...usual, currentMb])].sort((a, b) => a - b)
}
