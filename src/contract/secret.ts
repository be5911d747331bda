import { z } from 'zod'
import { procedure } from './procedure.ts'

export const secretContract = {
  /**
   * The answer to PASSPHRASE_NEEDED: tries the passphrase on the key file and keeps it, in the system's keyring or, where
   * there is none, for as long as the program runs. After it, the call that failed can be made again.
   */
  rememberPassphrase: procedure
    .input(z.object({ identityFile: z.string().max(4096), passphrase: z.string().max(1024) }))
    .output(z.object({ kept: z.enum(['keyring', 'nowhere']) })),
}
