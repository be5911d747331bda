import type { UnusableLogin } from '../../contract/unusable-login.ts'

/**
 * Why a login ended before it came to its command, by what is known of programs that stand there. Samples:
 *
 *     This account is currently not available.                          (nologin)
 *     Password change required but no TTY available.                    (PAM)
 *     bash: line 1: /bin/sh: restricted: cannot specify `/' in command names
 *     rbash: line 1: exec: restricted
 *
 * `/bin/false` ends with status 1 without a word.
 */
export function judgeLogin(status: number | null, printed: string): UnusableLogin {
  if (/account is (?:currently )?not available/i.test(printed)) return 'no-shell'
  if (status === 1 && printed.trim() === '') return 'no-shell'
  if (/password (?:change required|has expired|expired)|password must be changed/i.test(printed))
    return 'expired'
  if (/\brestricted\b/.test(printed)) return 'restricted'
  return 'other'
}
