import { expect, it } from 'vitest'
import { describeSetup, isReady } from '../../src/domain/host-checks.ts'
import { describeLimits } from '../../src/domain/missing-limits.ts'
import { parseLimits } from '../../src/main/services/host/observe-limits.ts'
import { bundled, withDocker } from './observations.ts'

it.each([
  [{ MemoryLimit: true, PidsLimit: true }, []],
  // A proxy before Docker, and Docker 19.03, which does not tell of processes.
  [{}, []],
  ['nothing', []],
  [{ MemoryLimit: false, PidsLimit: true }, ['memory of containers']],
  [{ MemoryLimit: false, PidsLimit: false }, ['memory and processes of containers']],
])('Docker that says %j of itself', (info, words) => {
  const lines = describeLimits(parseLimits(info))
  expect(lines.map(({ verdict }) => verdict)).toEqual(words.map(() => 'bad'))
  for (const [index, word] of words.entries()) expect(lines[index]?.sentence).toContain(word)
})

const bootMemory = 'kernel parameters `cgroup_enable=memory swapaccount=1`'
const bootOther = 'boot a kernel that has'

it.each([
  [{ CgroupVersion: '1', MemoryLimit: false }, [bootMemory], ['pids', bootOther]],
  [{ CgroupVersion: '1', PidsLimit: false }, ['controller pids'], ['memory', bootOther]],
  [{ MemoryLimit: false, PidsLimit: false }, [bootMemory, 'controller pids'], [bootOther]],
  [{ CgroupVersion: 2, MemoryLimit: false }, [bootMemory], [bootOther]],
  [{ CgroupVersion: '2', MemoryLimit: false }, [bootOther, 'names memory, '], ['swapaccount', 'pids']],
  [{ CgroupVersion: '2', PidsLimit: false }, [bootOther, 'names pids, '], ['memory', 'swapaccount']],
  [{ CgroupVersion: '2', MemoryLimit: false, PidsLimit: false }, ['names memory and pids, '], ['version 2']],
])('what to do where Docker says %j of itself', (info, has, lacks) => {
  const advice = describeLimits(parseLimits(info))[0]?.advice
  for (const words of has) expect(advice).toContain(words)
  for (const words of lacks) expect(advice).not.toContain(words)
})

it('the check of a host has that line, and tenants can be created there all the same', () => {
  const seen = withDocker({ missingLimits: { memory: true, processes: true, cgroupVersion: null } })
  const lines = describeSetup(seen, bundled, ['203.0.113.80'], {
    mode: 'filtered',
    modeReason: '',
    tenants: 0,
  })
  expect(lines.find(({ subject }) => subject === 'Limits')).toMatchObject({ verdict: 'bad' })
  expect(isReady(lines)).toBe(true)
})
