import { createHash } from 'node:crypto'

export function hashBytes(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** JSON as a line of a file that is only appended to, behind its SHA-256: `3b9a… {"seq":1}`. */
export function renderLine(value: object): string {
  const json = JSON.stringify(value)
  return `${hashBytes(json)} ${json}\n`
}

/** The JSON of a line, or undefined when it does not have its checksum. */
export function parseLine(line: Buffer): unknown {
  const json = line.subarray(65)
  if (line.toString('latin1', 0, 65) !== `${hashBytes(json)} `) return undefined
  try {
    return JSON.parse(json.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
