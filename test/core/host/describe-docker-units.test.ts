import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/contract/problem.ts'
import {
  canStartDocker,
  describeContainerd,
  describeDockerUnits,
} from '../../../src/core/host/describe-docker-units.ts'
import type { DockerUnits, HostFacts } from '../../../src/domain/host-observation.ts'
import { facts, noDocker } from '../../domain/observations.ts'

const unit = (active: string, result = 'success', load = 'loaded') => ({ load, active, result })
const running: DockerUnits = {
  service: unit('active'),
  socket: unit('active'),
  containerd: unit('active'),
  containerdRuns: true,
  filter: unit('inactive'),
}
const withUnits = (change: Partial<DockerUnits>): HostFacts => ({
  ...facts,
  dockerUnits: { ...running, ...change },
})
const stopped = unit('inactive')
const gone = { containerd: unit('inactive'), containerdRuns: false }

describe('a Docker that does not answer', () => {
  it.each<[string, HostFacts, boolean, string]>([
    ['without systemd', facts, false, ''],
    ['that runs', withUnits({}), false, ''],
    ['of another kind', withUnits({ service: unit('inactive', 'success', 'not-found') }), false, ''],
    ['stopped', withUnits({ service: stopped }), true, 'docker.service is stopped'],
    [
      'behind a filter that failed',
      withUnits({ service: stopped, filter: unit('failed', 'exit-code') }),
      true,
      'memharbor-firewall.service failed (exit-code)',
    ],
    [
      'whose socket was given up',
      withUnits({ service: stopped, socket: unit('failed', 'trigger-limit-hit') }),
      true,
      'docker.socket: trigger-limit-hit',
    ],
    ['that failed', withUnits({ service: unit('failed', 'exit-code') }), true, 'docker.service failed'],
    [
      'that is tried again',
      withUnits({ service: unit('activating', 'exit-code') }),
      false,
      'docker.service fails as it starts (exit-code)',
    ],
    ['that begins', withUnits({ service: unit('activating') }), false, ''],
    ['that is masked', withUnits({ service: unit('inactive', 'success', 'masked') }), false, 'is masked'],
    ['without containerd', withUnits(gone), false, 'containerd.service: inactive'],
    ['of one user', { ...withUnits({ service: stopped }), ownDocker: true }, false, ''],
  ])('%s', (_, seen, canStart, sentence) => {
    expect(canStartDocker(noDocker.problem, seen)).toBe(canStart)
    const lines = describeDockerUnits(noDocker.problem, seen)
    expect(lines).toHaveLength(sentence === '' ? 0 : 1)
    for (const line of lines) {
      expect(line).toMatchObject({ verdict: 'bad', sentence: expect.stringContaining(sentence) })
      expect(line.advice).not.toBe('')
    }
    const wayOut = 'sudo systemctl reset-failed docker.socket docker.service && sudo systemctl start'
    expect(lines[0]?.advice.includes(wayOut) ?? false).toBe(canStart)
  })

  it('for another reason is not started', () => {
    const denied: Problem = { code: 'DOCKER_DENIED', details: { host: 'web', user: 'deploy' } }
    expect(canStartDocker(denied, withUnits({ service: stopped }))).toBe(false)
    expect(describeDockerUnits(denied, withUnits({ service: stopped }))).toEqual([])
  })
})

it.each<[string, Partial<DockerUnits>, number]>([
  ['runs', {}, 0],
  ['is a unit that ended', gone, 1],
  ['is started again', { ...gone, containerd: unit('activating', 'signal') }, 1],
  ["is Docker's own", { ...gone, containerdRuns: true }, 0],
  ['is no unit there', { ...gone, containerd: unit('inactive', 'success', 'not-found') }, 0],
  ['ended with Docker', { ...gone, service: stopped }, 0],
])('containerd that %s', (_, change, lines) => {
  expect(describeContainerd(withUnits(change))).toHaveLength(lines)
})
