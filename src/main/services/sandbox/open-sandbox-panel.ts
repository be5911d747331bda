import { fail } from '../../../domain/problem-error.ts'
import type { Sandbox } from './sandbox.ts'

interface Shell {
  readonly sandbox: Sandbox
  readonly openLink?: (link: string) => Promise<boolean>
}

/**
 * Opens the panel on the sandbox, or gives the page the link to it, as the shell has it.
 * @throws ProblemError SANDBOX_FAILED
 */
export async function openSandboxPanel({ sandbox, openLink }: Shell): Promise<{ link: string | null }> {
  const link = await sandbox.newLink()
  if (openLink === undefined) return { link }
  if (await openLink(link)) return { link: null }
  const reason = 'it is up, but no browser could be opened here to show its panel'
  return fail({ code: 'SANDBOX_FAILED', details: { reason, said: [] } })
}
