import { isSame, read, readTable, type Table } from './read-made.ts'

/**
 * A container keeps the command line that it was made with, and a cache is resized while it runs. So the size of the cache
 * stands in a file that each start reads: `#!memcached -m64`. The host's helper writes it with the tenant's record into a
 * folder of the tenant, which is mounted as a folder, because another file under the same name would not be seen.
 */
const hostFolder = '/var/lib/memharbor-start'
const mountedFolder = '/run/memharbor'

/** The entry point of a container. The kernel gives it the rest of the command line. */
export const startProgram = `${mountedFolder}/memcached`

/** As `HostConfig.Mounts` has it. A folder that is missing on the host is an error there, and none is made. */
export const renderStartMount = (tenantId: string) =>
  ({ Type: 'bind', Source: `${hostFolder}/${tenantId}`, Target: mountedFolder, ReadOnly: true }) as const

/** The working folder of a container, in which the kernel finds `memcached`: of images made on a host, and the official one. */
const [ownProgramFolder, officialProgramFolder] = ['/usr/bin', '/usr/local/bin'] as const

/**
 * The folder in which an image has memcached; null: an image of somebody else, which does not say it.
 * @param isOwn whether it was made on a host
 */
export function findProgramFolder(isOwn: boolean, variables: readonly string[]): string | null {
  if (isOwn) return ownProgramFolder
  return variables.some((each) => each.startsWith('MEMCACHED_VERSION=')) ? officialProgramFolder : null
}

/** Where a container finds its memcached that begins with a file. */
export const startFolders: readonly string[] = [ownProgramFolder, officialProgramFolder]

/** Whether a container begins with the file, in one of the folders with a memcached. */
export const isStartProgram = ({ Entrypoint, WorkingDir }: Table): boolean =>
  isSame(Entrypoint, [startProgram]) && startFolders.includes(String(WorkingDir))

/**
 * Whether the folder of its tenant's start file is all that a container has mounted.
 * @param asked `HostConfig.Mounts`
 * @param made `Mounts`
 */
export function isStartMount(asked: unknown, made: unknown, tenantId: string): boolean {
  const wanted = renderStartMount(tenantId)
  const [[ask, ...moreAsked], [mount, ...moreMade]] = [readRows(asked), readRows(made)]
  return (
    moreAsked.length + moreMade.length === 0 &&
    isSame(Object.entries(ask ?? {}).sort(), Object.entries(wanted).sort()) &&
    read(mount, 'Type') === wanted.Type &&
    read(mount, 'Source') === wanted.Source &&
    read(mount, 'Destination') === wanted.Target &&
    read(mount, 'RW') === false
  )
}

const readRows = (list: unknown): Table[] =>
  Array.isArray(list) ? list.map((row) => readTable(row) ?? {}) : []
