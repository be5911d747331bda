import { z } from 'zod'
import type { Host } from '../../../hosts/host.ts'

const container = z.object({
  Name: z.string(),
  State: z.object({ Running: z.boolean(), StartedAt: z.string() }),
  Config: z.object({ Cmd: z.array(z.string()), Labels: z.record(z.string(), z.string()) }),
  HostConfig: z.object({
    Memory: z.number(),
    PortBindings: z.record(z.string(), z.array(z.object({ HostPort: z.string() }))),
  }),
})

const record = z.object({
  name: z.string(),
  port: z.number(),
  open: z.boolean(),
  memoryMb: z.number(),
  maxConnections: z.number(),
  notes: z.string(),
  tags: z.array(z.string()),
  allow: z.array(z.object({ cidr: z.string(), label: z.string() })),
})
const records = z.object({ ok: z.literal(true), tenants: z.record(z.string(), record) })

/** Everything of tenants that a host has, read with raw tools. */
export interface HostLook {
  readonly containers: readonly z.infer<typeof container>[]
  readonly records: Readonly<Record<string, z.infer<typeof record>>>
  /** `mh4 203.0.113.7,tcp:20000`, sorted; without denied sources. */
  readonly entries: readonly string[]
  /** What memcached starts with, in MB, by tenant id. */
  readonly starts: Readonly<Record<string, number>>
}

const script = [
  'set -e',
  'ids=$(docker ps --all --quiet)',
  'if [ -n "$ids" ]; then docker inspect $ids; else echo "[]"; fi | tr -d "\\n"; echo',
  'echo \'{"v":1,"op":"records"}\' | /usr/local/sbin/memharbor-host',
  'ipset save',
  'grep --with-filename . /var/lib/memharbor-start/*/memcached || true',
].join('\n')

/** Sample: `/var/lib/memharbor-start/acme0001/memcached:#!memcached -m64` */
const parseStart = (line: string): [string, number][] => {
  const [, id, memoryMb] = /memharbor-start\/(\w+)\/memcached:#!memcached -m(\d+)$/.exec(line) ?? []
  return id === undefined ? [] : [[id, Number(memoryMb)]]
}

export const lookAtHost = async (host: Pick<Host, 'exec'>): Promise<HostLook> => {
  const { status, stdout, stderr } = await host.exec(['sh', '-c', script])
  if (status !== 0) throw new Error(`the host could not be looked at: ${stderr}`)
  const [inspected = '', recorded = '', ...sets] = stdout.split('\n')
  return {
    containers: z.array(container).parse(JSON.parse(inspected)),
    records: records.parse(JSON.parse(recorded)).tenants,
    entries: sets
      .map((line) => /^add (mh[46p] .*)$/.exec(line)?.[1])
      .filter((entry) => entry !== undefined)
      .sort(),
    starts: Object.fromEntries(sets.flatMap(parseStart)),
  }
}

/** Says something to a memcached from the host itself, where no filter is in between. */
export const talkInside = async (host: Pick<Host, 'exec'>, port: number, text: string): Promise<string> => {
  const { stdout } = await host.exec(['nc', '-w', '5', '127.0.0.1', String(port)], {
    input: `${text}\r\nquit\r\n`,
  })
  return stdout
}
