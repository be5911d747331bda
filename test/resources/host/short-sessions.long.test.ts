import { expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { helperPath, startHelperHost } from './helper-host.ts'

const [rounds, atOnce] = [200, 8]

describeOnHosts('sessions of a single question, several at once', () => {
  it('all end with status 0, although a thread of theirs has only just begun', {
    timeout: 600_000,
  }, async () => {
    const host = await startHelperHost()
    try {
      const ask = () => host.exec([helperPath], { input: '{"v":1,"op":"hello"}\n' })
      const statuses: (number | null)[] = []
      for (let round = 0; round < rounds; round++) {
        const ended = await Promise.all(Array.from({ length: atOnce }, ask))
        statuses.push(...ended.map(({ status }) => status))
      }
      expect(statuses.filter((status) => status !== 0)).toEqual([])
      expect(statuses).toHaveLength(rounds * atOnce)
    } finally {
      await host.stop()
    }
  })
})
