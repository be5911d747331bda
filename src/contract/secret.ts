import { z } from 'zod'
import { procedure } from './procedure.ts'

/**
 * Where secrets are kept. `keyring`: the system's. `desktop`: encrypted by the desktop's own store (Electron's
 * safeStorage). `passphrase`: encrypted by a passphrase of the operator. `nowhere`: they end with the program.
 */
export const secretPlaceSchema = z.object({
  kind: z.enum(['keyring', 'desktop', 'passphrase', 'nowhere']),
  sentence: z.string(),
  /** `choice`: nothing keeps them safe by itself, so ask the operator once. `passphrase`: it was chosen; ask for it. */
  needs: z.enum(['nothing', 'choice', 'passphrase']),
})

export const secretContract = {
  place: procedure.output(secretPlaceSchema),
  /** The answer to `choice`: a new passphrase, or to remember nothing. */
  choose: procedure
    .input(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('passphrase'), passphrase: z.string().min(1).max(1024) }),
        z.object({ kind: z.literal('nowhere') }),
      ]),
    )
    .output(secretPlaceSchema),
  /** The answer to `passphrase`. */
  unlock: procedure.input(z.object({ passphrase: z.string().max(1024) })).output(secretPlaceSchema),
  /**
   * The answer to PASSPHRASE_NEEDED: tries the passphrase on the key file and keeps it, in the system's keyring or, where
   * there is none, for as long as the program runs. After it, the call that failed can be made again.
   */
  rememberPassphrase: procedure
    .input(z.object({ identityFile: z.string().max(4096), passphrase: z.string().max(1024) }))
    .output(z.object({ kept: z.enum(['keyring', 'desktop', 'passphrase', 'nowhere']) })),
}

export type SecretPlace = z.infer<typeof secretPlaceSchema>
