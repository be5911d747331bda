import { describe, it } from 'vitest'
import { skipReason } from '../../hosts/platform.ts'
import { startCommandRunner } from '../cli/command-runner.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { isSilent, playMoment } from './mode-moments.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`the mode of a host${reason === null ? '' : ` (${reason})`}`, () => {
  it('stays as it is while sudo does not answer', { timeout: 240_000 }, async () => {
    const commands = await startCommandRunner()
    const host = await startPreparedHost({ name: isSilent.name, sudo: 'nopasswd' })
    try {
      await playMoment(commands, host, isSilent)
    } finally {
      await commands.stop()
      await host.stop()
    }
  })
})
