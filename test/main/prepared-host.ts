import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { ComposeOptions } from '../../src/main/compose.ts'
import { until } from '../hosts/condition.ts'
import { type HostNamespace, type HostOptions, startHost } from '../hosts/host.ts'
import { saveSnapshot } from '../hosts/snapshot.ts'
import { addSandbox, openPanel, prepareSandbox } from './panel.ts'
import { openPanelHost, type PanelHost } from './panel-host.ts'

/** Another file of tests makes the snapshot in this time, also on a busy machine; else it failed. In milliseconds. */
const madeWithin = 90_000

/**
 * Starts a host that was prepared before, for tests that are not about preparing. Its disk is a copy of one that the
 * program prepared once in this run of the tests; its filter and Docker come up as after a boot. A panel has to add it
 * still, and finds it prepared.
 */
export const startPreparedHost = async (options: HostOptions = {}): Promise<HostNamespace> =>
  startHost({ ...options, snapshot: await ensureSnapshot() })

/** Such a host, web1, whose user needs no sudo password, with a panel that has it. */
export const startPreparedPanelHost = async (options: ComposeOptions = {}): Promise<PanelHost> =>
  openPanelHost(await startPreparedHost({ name: 'web1', sudo: 'nopasswd' }), options)

/** @returns the archive that the first caller of a run makes, and the others wait for */
const ensureSnapshot = async (): Promise<string> => {
  const path = join(inject('runFolder'), 'prepared-host.tar')
  const isMine = await claim(`${path}.claimed`)
  if (isMine) {
    await makeSnapshot(`${path}.new`)
    await rename(`${path}.new`, path)
  } else await until('the prepared host of this run is there', () => isThere(path), madeWithin)
  return path
}

/** Whether this caller is the first with that path. */
const claim = async (path: string): Promise<boolean> => {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch {
    return false
  }
}

const isThere = (path: string): Promise<boolean> =>
  open(path).then(
    async (file) => {
      await file.close()
      return true
    },
    () => false,
  )

const makeSnapshot = async (archive: string): Promise<void> => {
  const host = await startHost({ name: 'prepared', sudo: 'nopasswd' })
  try {
    const panel = await openPanel()
    try {
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
    } finally {
      await panel.stop()
    }
    await host.stopDocker()
    await saveSnapshot(host.namespace, archive)
  } finally {
    await host.stop()
  }
}
