import { z } from 'zod'
import accountsScript from '../../../../resources/host/accounts.py?raw'
import type { Account } from '../../../core/operator/operator.ts'
import { fail } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import type { CallOptions, Link } from '../link.ts'

/** The output of resources/host/accounts.py. */
const answer = z.object({
  v: z.literal(1),
  accounts: z
    .array(
      z.object({
        name: z.string().max(32),
        /** `unclear`: it was not found, and not everywhere could be looked. */
        account: z.enum(['present', 'absent', 'unclear']),
        uid: z.int().nonnegative().nullable(),
        /** Whether it may use Docker; null: unclear. */
        docker: z.boolean().nullable(),
      }),
    )
    .max(10_000),
})

/** The line after the loader's `ready`, or null for anything else. */
function parseAccounts(text: string): readonly Account[] | null {
  const [, line = ''] = text.split('\n')
  try {
    return answer.safeParse(JSON.parse(line)).data?.accounts ?? null
  } catch {
    return null
  }
}

/**
 * Looks up the accounts of users on a host, as the ordinary user there, by their login names, and by uids those who have
 * these now. Nothing is asked without a name.
 * @throws ProblemError COMMAND_FAILED when the answer is not usable; of the link
 */
export async function observeAccounts(
  link: Link,
  names: readonly string[],
  uids: readonly number[],
  options?: CallOptions,
): Promise<readonly Account[]> {
  if (names.length === 0) return []
  const input = `${JSON.stringify(accountsScript)}\n${JSON.stringify([...names, ...uids])}\n`
  const { stdout, stderr } = await link.run('accounts', input, options)
  const seen = parseAccounts(stdout)
  if (seen !== null) return seen
  const said = renderForeignText(stderr.trim().split('\n').at(-1) ?? '')
  const reason = said || 'its answer could not be understood'
  return fail({ code: 'COMMAND_FAILED', details: { host: link.host, command: 'accounts', reason } })
}
