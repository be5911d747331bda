import type { CommonOptions } from './run-command.ts'

/** The options of `memharbor host prepare`, parsed. */
export interface PrepareOptions extends CommonOptions {
  readonly all?: boolean
  readonly undo?: boolean
  readonly keepSaved?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly range?: { from: number; to: number }
  readonly supernet?: string
  readonly image?: string
  readonly loopback?: boolean
  readonly sudoPasswordStdin?: boolean
}
