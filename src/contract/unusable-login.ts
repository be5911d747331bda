import { z } from 'zod'

/**
 * Why a login does not come to the command that it was asked for. `no-shell`: its user has none, as with nologin.
 * `expired`: its password has to be changed first. `restricted`: its shell may not start programs. `waiting`: it has not
 * come there in time. `flood`: it printed more than 64 KiB. `other`: it ended, as by a forced command.
 */
export const unusableLoginSchema = z.enum(['no-shell', 'expired', 'restricted', 'waiting', 'flood', 'other'])
export type UnusableLogin = z.infer<typeof unusableLoginSchema>
