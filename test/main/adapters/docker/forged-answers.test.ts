import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import {
  containerAnswer,
  containerEntry,
  imageAnswer,
  infoAnswer,
  logAnswer,
  networkEntry,
  readAnswer,
  subnetEntry,
  versionAnswer,
} from '../../../../src/main/adapters/docker/answers.ts'
import { type DockerApi, inPieces } from '../../../../src/main/adapters/docker/docker.ts'
import { readList } from '../../../../src/main/adapters/docker/read-list.ts'
import { problemOf } from '../ssh/bench.ts'
import { openForgedDocker } from './forged-docker.ts'

/** Every answer of Docker that is read. */
const reads: Readonly<Record<string, (docker: DockerApi) => Promise<unknown>>> = {
  version: ({ call }) => call('ask', async (api) => readAnswer(versionAnswer, await api.version())),
  info: ({ call }) => call('ask', async (api) => readAnswer(infoAnswer, await api.info())),
  networks: ({ call }) => call('ask', (api) => readList(api, { path: '/networks' }, networkEntry)),
  subnets: ({ call }) => call('ask', (api) => readList(api, { path: '/networks' }, subnetEntry)),
  containers: ({ call }) => call('ask', (api) => readList(api, { path: '/containers/json' }, containerEntry)),
  container: ({ call }) =>
    call('ask', async (api) => readAnswer(containerAnswer, await api.getContainer('a').inspect())),
  image: ({ call }) => call('ask', async (api) => readAnswer(imageAnswer, await api.getImage('a').inspect())),
}

const json = (text: string) => (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)

describe.each(Object.entries(reads))('an answer to %s', (_what, read) => {
  it.each(['null', '"x"', '7', 'true', '', '{"a":', '[null]', '[[]]', '{"Config":7}', '<html>'])(
    'that is %s is a plain problem',
    async (text) => {
      const problem = await problemOf(read(await openForgedDocker(json(text))))
      expect(problem).toEqual({
        code: 'DOCKER_FAILED',
        details: {
          host: 'web',
          action: 'ask',
          reason: expect.stringMatching(/^its answer could not be understood(, because of [\w.]+)?$/),
        },
      })
    },
  )
})

describe('an answer', () => {
  it('to the log that is no log is a plain problem', async () => {
    const docker = await openForgedDocker(json('{"a":1}'))
    const read = docker.call('read the log', async (api) =>
      readAnswer(logAnswer, await api.getContainer('a').logs({ stdout: true })),
    )
    expect(await problemOf(read)).toMatchObject({ code: 'DOCKER_FAILED' })
  })

  it.each([
    [200, '" ', 'its answer is longer than 32 MiB'],
    [500, '" ', 'its answer is longer than 1 MiB'],
    [200, ' ', 'one piece of its answer is longer than 256 KiB'],
    // Parsed, it would be of twenty times the size.
    [200, '{"":1},', 'its answer has more than 4000000 values'],
  ])('with status %s and no end but %j is stopped, and the program goes on', async (status, part, reason) => {
    let sent = 0
    const piece = Buffer.from(part.repeat(2 ** 20 / part.length))
    const docker = await openForgedDocker((response) => {
      response.writeHead(status)
      const send = (): void => {
        while (!response.destroyed && sent < 512) {
          sent += 1
          if (!response.write(piece)) return void response.once('drain', send)
        }
        response.end('[]')
      }
      response.on('error', () => undefined)
      send()
    })
    const read = docker.call('list the containers', (api) => api.listContainers(), {
      ...{ timeoutMs: 50_000, bounds: inPieces },
    })
    expect(await problemOf(read)).toEqual({
      code: 'DOCKER_FAILED',
      details: { host: 'web', action: 'list the containers', reason },
    })
    expect(sent).toBeLessThan(128)
  })

  it('that is nested too deep is none', async () => {
    const docker = await openForgedDocker(json('['.repeat(1_001)))
    expect(await problemOf(docker.call('ask', (api) => api.info()))).toMatchObject({
      code: 'DOCKER_FAILED',
      details: { reason: 'its answer is nested deeper than 1000 times' },
    })
  })

  it('about one thing has no more values than any', async () => {
    const ask = async (values: number) => {
      const docker = await openForgedDocker(json(JSON.stringify(Array(values).fill(1))))
      return docker.call('ask', (api) => api.info())
    }
    expect(await ask(19_000)).toHaveLength(19_000)
    expect(await problemOf(ask(20_001))).toMatchObject({
      code: 'DOCKER_FAILED',
      details: { reason: 'its answer has more than 20000 values' },
    })
  })

  it('has no words that a terminal obeys, and only names that Docker allows', () => {
    const steering = '\u001b]0;PWNED\u0007\u009b31m\u202e'
    expect(readAnswer(versionAnswer, { Version: `27${steering}`, ApiVersion: steering })).toEqual({
      Version: '27 ]0;PWNED 31m',
      ApiVersion: ']0;PWNED 31m',
      Components: [],
    })
    expect(() => readAnswer(networkEntry, { Name: `a${steering}` }, [0])).toThrow('because of 0.Name')
    expect(() => readAnswer(networkEntry, { Name: '../containers/other' })).toThrow()
  })
})

describe('a sound answer', () => {
  it('passes with what is missing in other versions of Docker', () => {
    expect(readAnswer(imageAnswer, { Id: 'sha256:1', Config: null })).toEqual({
      Id: 'sha256:1',
      Config: { Labels: {}, Env: [] },
    })
    const listed = { ImageID: 'sha256:1', Labels: null, State: 'running', Status: 'Up 2 hours', Ports: null }
    expect(readAnswer(containerEntry, listed)).toEqual({
      ...{ ...listed, Labels: {}, Ports: [], Names: [], NetworkSettings: [], Id: '' },
    })
  })
})
