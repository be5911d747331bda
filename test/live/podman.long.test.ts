import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureRoot } from '../hosts/live/cache-root.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { platformReason } from '../hosts/live/live-platform.ts'
import { addSandbox, openPanel, type Panel, prepareSandbox, problemOf } from '../main/panel.ts'
import { mustExec, writeFile } from './boot-service.ts'

const timeout = 300_000

/** As podman-docker has it, which takes docker.io's place and cannot be installed beside it. */
const script = `#!/bin/sh
[ -e /etc/containers/nodocker ] || \\
echo "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg." >&2
exec /usr/bin/podman "$@"
`

const reason = platformReason()
const root =
  reason === null
    ? await ensureRoot({ suite: 'forky', packages: ['podman'] })
    : { kind: 'unavailable' as const, reason }
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`

describe.skipIf(root.kind !== 'ready')(
  `Podman in Docker's place on a live host of forky${skipped}`,
  { timeout },
  () => {
    let host: LiveHost
    let prepared: Panel
    let fresh: Panel

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
      prepared = await openPanel()
      fresh = await openPanel()
      // Known before Podman came: what a check and preparing say is asked of a host that is in the store.
      await addSandbox(prepared, host)
      await mustExec(
        host,
        'systemctl disable --now docker.socket docker; rm -f /run/docker.sock; mv /usr/sbin/dockerd /root/dockerd',
      )
      await writeFile(host, '/usr/bin/docker', script)
      // A live host's disk is layers already, which Podman's usual storage cannot be put on.
      await writeFile(host, '/etc/containers/storage.conf', '[storage]\ndriver = "vfs"\n')
      await mustExec(host, 'systemctl enable --now podman.socket')
    }, timeout)
    afterAll(async () => {
      await prepared?.stop()
      await fresh?.stop()
      await host?.stop()
    }, timeout)

    const look = () =>
      mustExec(
        host,
        'ls /usr/local/sbin /etc/systemd/system /etc/sudoers.d /var/lib; for table in raw nat filter; do iptables -w -t $table -S; done; ipset list -n; podman images; podman network ls',
      )

    it.each([
      ["its program alone, where Docker's was", 'true', 'the program `docker` there starts Podman'],
      [
        "its socket, a link where Docker's was, which the user may not follow",
        'ln -s /run/podman/podman.sock /run/docker.sock',
        "Docker's socket is a link to Podman's",
      ],
      [
        'its socket, which the user may use',
        'chmod 755 /run/podman; chgrp docker /run/podman/podman.sock',
        'answers at Docker',
      ],
    ])('is named by check, add and prepare, and nothing is changed: %s', async (_, command, where) => {
      await mustExec(host, command)
      const before = await look()
      const { lines } = await prepared.client.host.check({ name: host.name })
      expect(lines.find(({ subject }) => subject === 'Docker')).toMatchObject({
        ...{ verdict: 'bad', sentence: expect.stringContaining(where) },
        advice: expect.stringContaining('apt-get install docker.io'),
      })
      const expected = { code: 'DOCKER_IS_PODMAN', details: { where: expect.stringContaining(where) } }
      expect(await problemOf(prepared.client.host.planPrepare({ name: host.name }))).toMatchObject(expected)
      expect(await problemOf(prepareSandbox(prepared, host))).toMatchObject(expected)
      expect(await problemOf(addSandbox(fresh, host))).toMatchObject(expected)
      expect(await fresh.client.host.list()).toEqual([])
      expect(await look()).toBe(before)
    })

    it('control: Docker in its place again is prepared', async () => {
      await mustExec(
        host,
        'systemctl disable --now podman.socket; rm -f /run/docker.sock; mv /root/dockerd /usr/sbin/dockerd; systemctl enable --now docker.socket docker',
      )
      await addSandbox(fresh, host)
      await prepareSandbox(fresh, host)
      const { lines } = await fresh.client.host.check({ name: host.name })
      expect(lines.find(({ subject }) => subject === 'Docker')).toMatchObject({ verdict: 'good' })
    })
  },
)
