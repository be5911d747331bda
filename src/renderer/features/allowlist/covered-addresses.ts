const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** How many addresses a stored entry covers, as a power of two: 0 for 203.0.113.7/32, 64 for 2001:db8::/64. */
export function countHostBits(cidr: string): number {
  const [address = '', prefix = ''] = cidr.split('/')
  return (address.includes(':') ? 128 : 32) - Number(prefix)
}

/** `1`, `256`, `65,536`; from 2^30 on as a power of two, `2⁶⁴`, because nobody reads such digits. */
export function renderCovered(cidr: string): string {
  const bits = countHostBits(cidr)
  if (bits < 30) return (2 ** bits).toLocaleString('en')
  return `2${[...String(bits)].map((digit) => superscripts[Number(digit)]).join('')}`
}

/** The same for who listens: `1 address`, `256 addresses`, `2 to the power of 64 addresses`. */
export function describeCovered(cidr: string): string {
  const bits = countHostBits(cidr)
  if (bits === 0) return '1 address'
  return bits < 30 ? `${(2 ** bits).toLocaleString('en')} addresses` : `2 to the power of ${bits} addresses`
}

/** Whether an entry is one of the two that the word `anyone` stands for. */
export function isAnyone(cidr: string): boolean {
  return cidr === '0.0.0.0/0' || cidr === '::/0'
}
