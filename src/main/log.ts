import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { destination, type Logger, pino } from 'pino'

/** The log file begins anew above this size; the one before is kept. */
const largestBytes = 5 * 2 ** 20
/** As much waits in memory while the disk is full; what comes then is not logged. */
const mostWaitingBytes = 2 ** 20

/**
 * The program's log, `DATA/memharbor.log`: stacks and what an operator need not read. Known names of secrets are cut
 * out, should one ever get into an object that is logged. A folder that cannot be written to means no log, and a full disk
 * means gaps in it; neither ends the program.
 */
export function openLog(dataDir: string): Logger {
  const redact = [
    '*.password',
    '*.passphrase',
    '*.sudoPassword',
    '*.privateKey',
    'password',
    'passphrase',
    'sudoPassword',
  ]
  const options = {
    base: { pid: process.pid },
    redact,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  }
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return pino(options, openLogFile(join(dataDir, 'memharbor.log')))
  } catch {
    return pino({ ...options, enabled: false })
  }
}

/** A file that stays small, also while a panel is open for months. */
function openLogFile(path: string) {
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const putAside = (): void => {
    size = 0
    renameSync(path, `${path}.1`)
  }
  if (size > largestBytes) putAside()
  const file = destination({ dest: path, sync: true, mode: 0o600, maxLength: mostWaitingBytes })
  // A full disk would end the program otherwise, by the very line that tells of it.
  file.on('error', () => {})
  file.on('write', (bytes) => {
    size += bytes
    if (size <= largestBytes) return
    try {
      putAside()
      // The new one is opened when the line is whole.
      file.reopen()
    } catch {
      // It goes on growing, and that is tried again when as much has come.
    }
  })
  return file
}
