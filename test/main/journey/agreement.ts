import { expect } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { Host } from '../../hosts/host.ts'
import type { Panel } from '../panel.ts'
import { queryStore } from '../world-state.ts'

interface HelperRecord {
  readonly id: string
  readonly port: number
  readonly open: boolean
  readonly allow: readonly { readonly cidr: string }[]
}

/** The helper's records of tenants, asked of it by root. */
export async function readRecords(host: Host): Promise<HelperRecord[]> {
  const input = '{"v":1,"op":"records"}\n'
  const { stdout } = await host.exec(['/usr/local/sbin/memharbor-host'], { input })
  return Object.values((JSON.parse(stdout) as { tenants: Record<string, HelperRecord> }).tenants)
}

/**
 * The same after a Docker that hung: it may make a container when all else of it was undone already, and the next look
 * at the host takes that away.
 */
export async function expectAgreementAtLast(panel: Panel, host: Host, what: string): Promise<void> {
  const agreed = async (): Promise<boolean> => {
    await panel.client.tenant.list({})
    return await expectAgreement(panel, host, what).then(
      () => true,
      () => false,
    )
  }
  // The comparison itself shows the differences that remain then.
  await until('host and store agree', agreed).catch(() => {})
  await expectAgreement(panel, host, what)
}

/**
 * Nothing is half there: the store, the host's records, its containers and the kernel's sets tell of the same tenants with
 * the same access, and no operation is still running.
 */
export async function expectAgreement(panel: Panel, host: Host, what: string): Promise<void> {
  const records = await readRecords(host)
  const stored = await queryStore(panel, "select id, phase, port from tenants where phase <> 'deleted'")
  const entries = await queryStore(panel, 'select tenant_id, cidr from allow_entries')
  const running = await queryStore(panel, "select kind from operations where outcome = 'running'")
  const filter = ['--filter', 'label=io.memharbor.tenant']
  const format = '{{.Label "io.memharbor.tenant"}} {{.State}}'
  const listed = (await host.exec(['docker', 'ps', '--all', ...filter, '--format', format])).stdout
  const { stdout: sets } = await host.exec(['ipset', 'save'])
  const seen = {
    containers: listed.split('\n').filter(Boolean).sort(),
    records: records.map(({ id, port }) => `${id} ${port}`).sort(),
    entries: [...sets.matchAll(/^add mh[46] (\S+),tcp:(\d+)/gm)]
      .map(([, at, port]) => `${at} ${port}`)
      .sort(),
    running,
  }
  const ports = new Map(stored.map(({ id, port }) => [id, port]))
  expect({ what, ...seen }).toEqual({
    what,
    containers: stored.map(({ id }) => `${id} running`).sort(),
    records: stored.map(({ id, port }) => `${id} ${port}`).sort(),
    entries: entries
      .filter((entry) => ports.has(entry['tenant_id']))
      .map(
        (entry) => `${String(entry['cidr']).replace(/\/(?:32|128)$/, '')} ${ports.get(entry['tenant_id'])}`,
      )
      .sort(),
    running: [],
  })
  expect({ what, phases: stored.map(({ phase }) => phase) }).toEqual({
    what,
    phases: stored.map(() => 'present'),
  })
}
