import { afterEach, describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../../src/main/cli/run-command.ts'
import { makeFolder } from '../folder.ts'

describe('Ctrl-C while a program begins', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    process.exitCode = undefined
  })

  /** Runs a command on a fresh store and tells what it did. */
  const run = async (atOnce: () => void): Promise<{ didBegin: boolean; said: string }> => {
    const written: string[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    let didBegin = false
    const running = runCommand({ data: await makeFolder() }, async () => {
      didBegin = true
    })
    atOnce()
    await running
    return { didBegin, said: written.join('') }
  }

  it('its command does not begin, and the program fails', async () => {
    expect(await run(() => process.emit('SIGINT'))).toEqual({
      didBegin: false,
      said: expect.stringMatching(
        /^CANCELLED: Cancelled: this command, before anything of it was done\. Start it again/m,
      ),
    })
    expect(process.exitCode).toBe(1)
  })

  it('without it the command begins', async () => {
    expect(await run(() => {})).toEqual({ didBegin: true, said: '' })
    expect(process.exitCode).toBeUndefined()
  })
})
