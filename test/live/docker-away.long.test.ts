import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../hosts/condition.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import type { Suite } from '../hosts/live/suites.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../main/panel.ts'
import { prepare } from '../resources/host/prepare-host.ts'
import { mustExec } from './boot-service.ts'

const timeout = 300_000
const helper = '/usr/local/sbin/memharbor-host'

/**
 * An archive for apt on the host itself, which has no network, with one package: made again of the files that it has
 * installed, as dpkg-repack does it.
 */
const offerInstalled = async (host: LiveHost, name: string): Promise<void> => {
  const repack = `set -e
rm -rf /repo /tmp/repack && mkdir -p /repo /tmp/repack/DEBIAN
dpkg -L ${name} | while read -r path; do
  if [ -d "$path" ] && [ ! -L "$path" ]; then mkdir -p "/tmp/repack$path"; elif [ -e "$path" ]; then cp -a "$path" "/tmp/repack$path"; fi
done
dpkg-query -s ${name} | sed '/^Status:/d;/^Conffiles:/,/^[^ ]/{/^Conffiles:/d;/^ /d}' > /tmp/repack/DEBIAN/control
dpkg-deb -Znone -b /tmp/repack /repo/${name}.deb >/dev/null
{ cat /tmp/repack/DEBIAN/control; echo "Filename: ./${name}.deb"; echo "Size: $(stat -c %s /repo/${name}.deb)"
echo "SHA256: $(sha256sum /repo/${name}.deb | cut -d' ' -f1)"; } > /repo/Packages
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/repo ./' > /etc/apt/sources.list.d/repo.list
apt-get update -q >/dev/null`
  await mustExec(host, repack)
}

/** A Docker that does not run, or not all of it, as check tells it and as preparing or the line of the advice mends it. */
const testDockerAway = async (suite: Suite): Promise<void> => {
  const root = await observeLiveRoot(suite)
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(
    `Docker is away from a live host of ${suite}${skipped}`,
    { timeout },
    () => {
      let host: LiveHost
      let panel: Panel

      beforeAll(async () => {
        if (root.kind !== 'ready') throw new Error(root.reason)
        host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
        panel = await openPanel()
        await addSandbox(panel, host)
        await prepareSandbox(panel, host)
        await createTenant(panel, { name: 'acme', memoryMb: 16, allow: [{ cidr: '203.0.113.7' }] })
      }, timeout)
      afterAll(async () => {
        await panel?.stop()
        await host?.stop()
      }, timeout)

      const check = async (subject = 'Docker') => {
        const { lines } = await panel.client.host.check({ name: host.name })
        return lines.find((line) => line.subject === subject)
      }
      const show = (unit: string) => mustExec(host, `systemctl show --property=Result --value ${unit}`)
      /** The filter fails until `mend`, and clients ask for Docker all the while. */
      const breakFilter = async (): Promise<void> => {
        await mustExec(
          host,
          `mv ${helper} /root/helper && printf '#!/bin/sh\nexit 1\n' > ${helper} && chmod 755 ${helper}`,
        )
        await mustExec(host, 'systemctl restart docker || true')
        await until(
          "Docker's socket is given up",
          async () => {
            await host.exec(['docker', 'version'])
            return (await show('docker.socket')) === 'trigger-limit-hit'
          },
          timeout,
        )
      }
      const mend = async (): Promise<void> => {
        await mustExec(host, `mv /root/helper ${helper}`)
        await until(
          'the timer has put the filter right',
          async () => (await show('memharbor-firewall')) === 'success',
          timeout,
        )
      }
      const answers = () => until('Docker answers', async () => (await check())?.verdict === 'good', timeout)

      it('after the filter failed: it is named, and after that was mended the line of the advice brings it back', async () => {
        await breakFilter()
        expect(await check()).toMatchObject({
          ...{ verdict: 'bad', sentence: expect.stringContaining('memharbor-firewall.service failed') },
        })
        await mend()
        const told = await check()
        expect(told).toMatchObject({
          ...{ verdict: 'bad', sentence: expect.stringContaining('docker.socket: trigger-limit-hit') },
        })
        await mustExec(host, /`(sudo systemctl reset-failed .+?)`/.exec(told?.advice ?? '')?.[1] ?? 'false')
        await answers()
      })

      it('after the filter failed: preparing brings it back', async () => {
        await breakFilter()
        await mend()
        const { steps } = await panel.client.host.planPrepare({ name: host.name })
        expect(steps.map(({ kind }) => kind)).toEqual(['start-docker'])
        await prepareSandbox(panel, host)
        await answers()
        expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ state: 'running' })
      })

      it.each([
        ['it was stopped', 'systemctl stop docker.socket docker', 'docker.service is stopped'],
        [
          'its settings are wrong',
          "printf '{' > /etc/docker/daemon.json; systemctl restart docker || true",
          'docker.service fail',
        ],
        [
          'it is masked',
          'systemctl stop docker.socket docker; systemctl mask docker.socket docker',
          'docker.service is masked',
        ],
      ])('because %s', async (_, command, sentence) => {
        await mustExec(host, `mkdir -p /etc/docker; ${command}`)
        const isTold = async () => (await check())?.sentence.includes(sentence) === true
        await until(`it is told: ${sentence}`, isTold, timeout)
        await mustExec(host, 'rm -f /etc/docker/daemon.json; systemctl unmask docker.socket docker')
        await mustExec(host, 'systemctl reset-failed; systemctl start docker.socket docker')
        await answers()
      })

      it('says that containerd is away, without which nothing of a tenant can be changed', async () => {
        expect(await check('containerd')).toBeUndefined()
        await mustExec(host, 'systemctl stop containerd')
        expect(await check('containerd')).toMatchObject({ verdict: 'bad' })
        const restart = ['sh', '-c', 'timeout 10 docker restart $(docker ps --quiet)']
        expect((await host.exec(restart)).status).not.toBe(0)
        await mustExec(host, 'systemctl start containerd')
        await until('it is back', async () => (await check('containerd')) === undefined, timeout)
      })

      it('needs the program docker where forwarding to sockets is forbidden, and preparing names its package', async () => {
        if (suite === 'bookworm') return
        await offerInstalled(host, 'docker-cli')
        await mustExec(host, 'dpkg --force-depends --remove docker-cli')
        expect(await check()).toMatchObject({ verdict: 'good' })
        expect((await panel.client.host.planPrepare({ name: host.name })).steps).toEqual([])
        const asked = { v: 1, op: 'packages', names: ['docker.io'] }
        expect(await prepare(host, asked)).toMatchObject({
          ...{ replies: [{ ok: true }], progress: ['Installing docker.io, docker-cli'] },
        })
        expect((await host.exec(['docker', 'version'])).status).toBe(0)
        await mustExec(host, 'dpkg --force-depends --remove docker-cli')
        const settings = '/etc/ssh/sshd_config.d/00-forbid.conf'
        await mustExec(host, `echo 'AllowStreamLocalForwarding no' > ${settings} && systemctl restart ssh`)
        const other = await openPanel()
        try {
          await addSandbox(other, host)
          const { lines } = await other.client.host.check({ name: host.name })
          expect(lines.find(({ subject }) => subject === 'Docker')).toMatchObject({
            ...{ verdict: 'bad', advice: expect.stringContaining('apt-get install docker-cli') },
          })
          const { steps } = await other.client.host.planPrepare({ name: host.name })
          expect(steps[0]?.sentence).toBe('Install the packages docker-cli')
          await prepareSandbox(other, host)
          const after = await other.client.host.check({ name: host.name })
          expect(after.lines.find(({ subject }) => subject === 'Docker')).toMatchObject({ verdict: 'good' })
          expect(after.lines.find(({ subject }) => subject === 'Forwarding')).toMatchObject({
            verdict: 'note',
          })
        } finally {
          await other.stop()
        }
      })
    },
  )
}

for (const suite of ['forky'] as const) await testDockerAway(suite)
