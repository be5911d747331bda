import { imageTag } from '../../../domain/host-names.ts'
import { fail } from '../../../domain/problem-error.ts'
import { inPieces } from '../../adapters/docker/docker.ts'
import { UnusableAnswer } from '../../adapters/docker/unusable-answer.ts'
import { renderForeignText } from '../../adapters/limit.ts'
import type { HostAccess } from './host-pool.ts'

/** Characters of one line of progress; Docker's have some hundreds. */
const longestLine = 64 * 1024

/** A slow line takes minutes for 100 MB. */
const pullTimeoutMs = 10 * 60_000

/**
 * Pulls exactly the content with that digest and gives it our tag.
 * @param reference like `memcached:1.6.45` or `registry.example:5000/memcached:1.6`; its tag is replaced by the digest
 */
export async function pullImage(
  { docker, host }: HostAccess,
  reference: string,
  digest: string,
  onProgress: (words: string) => void,
  stop?: AbortSignal,
): Promise<void> {
  const repository = reference.replace(/:[^/:]*$/, '')
  const pinned = `${repository}@${digest}`
  const limit = {
    timeoutMs: pullTimeoutMs,
    bounds: inPieces,
    ...(stop === undefined ? {} : { signal: stop }),
  }
  await docker.call(
    `pull ${pinned}`,
    async (api) => readPull(await api.pull(pinned), host.name, pinned, onProgress),
    limit,
  )
  const [repo = '', tag = ''] = imageTag.split(':')
  await docker.call('tag the image', (api) => api.getImage(pinned).tag({ repo, tag }))
}

/** Docker answers 200 and tells of failures inside the stream: `{"error":"…"}` on a line of its own. */
async function readPull(
  stream: NodeJS.ReadableStream,
  host: string,
  pinned: string,
  onProgress: (words: string) => void,
): Promise<void> {
  let rest = ''
  let failure = ''
  // Whatever is thrown here ends the stream and the pull.
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new UnusableAnswer('a line of its progress does not end')
    for (const line of lines) {
      const event = parseEvent(line)
      if (event.error !== undefined) failure = event.error
      else if (event.status !== undefined) onProgress(renderForeignText(event.status))
    }
  }
  if (failure !== '')
    fail({
      code: 'DOCKER_FAILED',
      details: { host, action: `pull ${pinned}`, reason: renderForeignText(failure) },
    })
}

function parseEvent(line: string): { status?: string; error?: string } {
  try {
    const value: unknown = JSON.parse(line)
    const event = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
    const { status, error } = event
    return {
      ...(typeof status === 'string' ? { status } : {}),
      ...(typeof error === 'string' ? { error } : {}),
    }
  } catch {
    return {}
  }
}
