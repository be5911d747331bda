import { expect, it } from 'vitest'
import { findPodman } from '../../../src/core/host/find-podman.ts'
import type { HostFacts } from '../../../src/domain/host-observation.ts'
import { docker, facts, failed, noDocker, ok } from '../../domain/observations.ts'

const denied = failed({ code: 'DOCKER_DENIED', details: { host: 'web', user: 'deploy' } })
const silent = failed({ code: 'DOCKER_SILENT', details: { host: 'web', afterMs: 5000 } })
const where = "version 5.8.6 answers at Docker's socket"
const podman = failed({ code: 'DOCKER_IS_PODMAN', details: { host: 'web', where } })

it.each<[string, Parameters<typeof findPodman>[0]['docker'], HostFacts['podman'], string | null]>([
  ['Docker answers', ok(docker), 'socket', null],
  ['Podman answers', podman, null, where],
  ['its socket may not be used', denied, 'socket', "Docker's socket is a link to Podman's"],
  ['its socket is not there', noDocker, 'program', 'the program `docker` there starts Podman'],
  ['Docker may not be used', denied, null, null],
  ['Docker hangs', silent, 'program', null],
])('Podman in its place, where %s', (_, seen, place, expected) => {
  const found = findPodman({ host: 'web', docker: seen, facts: ok({ ...facts, podman: place }) })
  expect(found).toEqual(
    expected === null ? null : { code: 'DOCKER_IS_PODMAN', details: { host: 'web', where: expected } },
  )
})
