import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { parseObservation, toHostFacts } from '../../../../src/main/adapters/netfilter/host-facts.ts'
import { readResource } from '../../../resources/host/helper-host.ts'

describe.skipIf(process.platform !== 'linux')('facts of a host (needs Linux)', () => {
  it('are what the script prints on this computer', async () => {
    const script = await readResource('observe.py')
    const { stdout } = await execa('/usr/bin/python3', ['-IS', '-'], { input: script })
    const seen = parseObservation(stdout)
    if (seen === null) throw new Error(`not understood: ${stdout}`)
    expect(toHostFacts(seen)).toMatchObject({ uid: process.getuid?.(), memTotalMb: expect.any(Number) })
  })

  it.each(['', 'hello', '[]', '{"v":1}', '{"v":2,"system":{}}'])('are not made of %j', (text) => {
    expect(parseObservation(text)).toBeNull()
  })
})
