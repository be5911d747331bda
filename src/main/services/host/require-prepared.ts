import { fail } from '../../../domain/problem-error.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'

/** Before the first prepare nothing may be published there. @throws ProblemError HOST_NOT_PREPARED */
export function requirePrepared(host: StoredHost): void {
  if (host.mode === 'unknown') {
    fail({
      code: 'HOST_NOT_PREPARED',
      details: { host: host.name, missing: ['nothing has been set up there yet'] },
    })
  }
}

/** Allowlists only mean something where packets are filtered. @throws ProblemError HOST_LOOPBACK_ONLY */
export function requireFiltered(host: StoredHost): void {
  if (host.mode === 'loopback') {
    fail({ code: 'HOST_LOOPBACK_ONLY', details: { host: host.name, reason: host.modeReason } })
  }
}
