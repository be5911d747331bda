import { expect, it } from 'vitest'
import { observeVersion } from '../../../../src/main/services/host/observe-docker.ts'
import { problemOf } from '../../panel.ts'
import { openForgedDocker } from './forged-docker.ts'

/** Of `GET /version`, as Podman 5.8.6 of Debian forky answers it, without the kernel and Go. */
const podman = {
  Platform: { Name: 'linux/amd64/debian-unknown' },
  Components: [
    { Name: 'Podman Engine', Version: '5.8.6', Details: { APIVersion: '5.8.6', MinAPIVersion: '4.0.0' } },
    { Name: 'Conmon', Version: 'conmon version 2.1.13, commit: unknown', Details: {} },
    { Name: 'OCI Runtime (runc)', Version: 'runc version 1.3.6+ds1', Details: {} },
  ],
  Version: '5.8.6',
  ApiVersion: '1.44',
}
const engine = { Name: 'Engine', Version: '28.5.2', Details: {} }

it.each([
  ['Podman is no Docker', podman, 'DOCKER_IS_PODMAN'],
  ['Docker is one', { ...podman, Components: [engine, ...podman.Components.slice(1)] }, null],
  ['an old one without components is one', { Version: '20.10.24', ApiVersion: '1.41' }, null],
])('%s', async (_, answer, code) => {
  const docker = await openForgedDocker((response) => response.end(JSON.stringify(answer)))
  const asked = observeVersion({ docker, host: { name: 'web' } }, 5_000)
  if (code === null) await expect(asked).resolves.toMatchObject({ Version: answer.Version })
  else expect(await problemOf(asked)).toMatchObject({ code })
})
