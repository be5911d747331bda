import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { askDockerSockets, listDockerSockets } from '../../../../src/main/adapters/local/docker-sockets.ts'
import { makeFolder } from '../../folder.ts'

const listen = async (server: net.Server, path: string): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  return path
}

it('a socket answers, says something else, says nothing, or is not there', async () => {
  const folder = await makeFolder()
  const good = http.createServer((request, response) => response.end(request.url === '/_ping' ? 'OK' : ''))
  const other = http.createServer((_, response) => response.end('Hello'))
  const open = new Set<net.Socket>()
  const mute = net.createServer((socket) => void open.add(socket))
  const paths = [
    join(folder, 'absent'),
    await listen(good, join(folder, 'good')),
    await listen(other, join(folder, 'other')),
    await listen(mute, join(folder, 'mute')),
    folder,
  ]
  const started = performance.now()
  const answers = await askDockerSockets(paths)
  expect(performance.now() - started).toBeLessThan(3_000)
  for (const socket of open) socket.destroy()
  expect(answers.map(({ kind }) => kind)).toEqual([
    'absent',
    'answers',
    'silent',
    'silent',
    expect.any(String),
  ])
  expect(answers[4]?.kind).not.toBe('answers')
})

it('DOCKER_HOST comes first where it is a socket, and counts for nothing where it is not', () => {
  const usual = listDockerSockets({})
  expect(usual[0]).toBe('/var/run/docker.sock')
  expect(listDockerSockets({ DOCKER_HOST: 'unix:///tmp/d.sock' })).toEqual(['/tmp/d.sock', ...usual])
  expect(listDockerSockets({ DOCKER_HOST: 'tcp://203.0.113.7:2375' })).toEqual(usual)
  expect(listDockerSockets({ DOCKER_HOST: 'unix:///var/run/docker.sock' })).toEqual(usual)
})
