import http from 'node:http'
import os from 'node:os'
import path from 'node:path'

/** The outcome of asking for Docker at one socket of this computer. */
export type SocketAnswer =
  | { readonly kind: 'answers'; readonly path: string }
  | { readonly kind: 'absent'; readonly path: string }
  | { readonly kind: 'denied'; readonly path: string }
  | { readonly kind: 'silent'; readonly path: string }

const answerWithinMs = 1_000

/**
 * Where Docker listens on this computer, as far as programs agree on it: what DOCKER_HOST names, Docker Engine, Docker
 * without root, Docker Desktop, Colima and Rancher Desktop.
 */
export function listDockerSockets(environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = environment['DOCKER_HOST']?.match(/^(?:unix|npipe):\/\/(.+)$/)?.[1]
  const home = os.homedir()
  const usual =
    process.platform === 'win32'
      ? ['\\\\.\\pipe\\docker_engine']
      : [
          '/var/run/docker.sock',
          path.join(environment['XDG_RUNTIME_DIR'] || `/run/user/${process.getuid?.()}`, 'docker.sock'),
          ...['.docker/run', '.docker/desktop', '.colima/default', '.config/colima/default', '.rd'].map(
            (folder) => path.join(home, folder, 'docker.sock'),
          ),
        ]
  return [...new Set([...(named === undefined ? [] : [named]), ...usual])]
}

/** Asks each socket for a sign of life, side by side and for 1 s at most; the answers are in the order of the sockets. */
export function askDockerSockets(sockets: readonly string[]): Promise<SocketAnswer[]> {
  return Promise.all(sockets.map(askDockerSocket))
}

/** `GET /_ping`, which Docker answers with `OK`. */
function askDockerSocket(socketPath: string): Promise<SocketAnswer> {
  return new Promise((resolve) => {
    const answer = (kind: SocketAnswer['kind']): void => resolve({ kind, path: socketPath })
    const request = http.get({ socketPath, path: '/_ping', agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => {
        parts.push(part)
        if (parts.length > 10) request.destroy()
      })
      response.on('error', () => answer('silent'))
      response.on('end', () => answer(Buffer.concat(parts).toString() === 'OK' ? 'answers' : 'silent'))
    })
    // Of the whole call: a time limit of the request itself would start anew with every byte.
    const timer = setTimeout(() => request.destroy(), answerWithinMs)
    request.on('error', (error: NodeJS.ErrnoException) => {
      const { code } = error
      if (code === 'EACCES' || code === 'EPERM') answer('denied')
      else answer(code === 'ENOENT' || code === 'ENOTSOCK' || code === 'ENOTDIR' ? 'absent' : 'silent')
    })
    request.on('close', () => {
      clearTimeout(timer)
      answer('silent')
    })
  })
}
