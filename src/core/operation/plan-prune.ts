/**
 * Chooses the months of old operations that are over for longer than so many years.
 * @param months each `2024-11`
 * @param now ISO 8601, UTC
 */
export function planPrune(months: readonly string[], now: string, years: number): string[] {
  const [year = '', month = ''] = now.split('-')
  const first = `${String(Number(year) - years).padStart(4, '0')}-${month}`
  return months.filter((each) => each < first).sort()
}
