const bytes = ['B', 'KB', 'MB', 'GB', 'TB'] as const

// Formats are made once: a table asks for hundreds at a time, and making one costs more than using it.
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false })
const noDecimals = new Intl.NumberFormat('en', { maximumFractionDigits: 0, useGrouping: false })
const wholeNumbers = new Intl.NumberFormat('en')
const moments = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})
const times = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** `9,871` */
export function renderCount(count: number): string {
  return wholeNumbers.format(count)
}

/**
 * `512 KB`, `63.9 MB`, by 1024, with at most three digits that count (or all before the point).
 * @param most from here on the next unit is taken: with 1000 there are never four digits, and 1004 MB are `0.98 GB`
 */
export function renderBytes(count: number, most = 1024): string {
  const fits = count < 1 ? 0 : Math.floor(Math.log2(count) / 10)
  const power = Math.min(count / 1024 ** fits < most ? fits : fits + 1, bytes.length - 1)
  const value = count / 1024 ** power
  return `${(value < 100 ? threeDigits : noDecimals).format(value)} ${bytes[power]}`
}

/** `64 MB`, `2 GB`: a limit as it was given, in MB of 2^20 bytes. */
export function renderMegabytes(megabytes: number): string {
  return renderBytes(megabytes * 2 ** 20)
}

/** `97.3 %` of all gets; a dash before the first. */
export function renderHitRatio(hits: number, misses: number): string {
  const gets = hits + misses
  return gets === 0 ? '–' : `${((100 * hits) / gets).toFixed(1)} %`
}

/** `0/s`, `4.2/s`, `1,250/s` */
export function renderRate(perSecond: number): string {
  const digits = perSecond > 0 && perSecond < 10 ? 1 : 0
  return `${perSecond.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}/s`
}

/** `850 ms`, `4.2 s`, `26 s`, `3 min 10 s`, `2 h 5 min`, `12 d 3 h`. */
export function renderDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`
}

/** `22 Nov 2026, 14:05` in the operator's own time zone. */
export function renderMoment(iso: string): string {
  return moments.format(new Date(iso))
}

/** `14:05:07` in the operator's own time zone. */
export function renderTime(iso: string): string {
  return times.format(new Date(iso))
}
