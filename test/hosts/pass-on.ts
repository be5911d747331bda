import type { ClientChannel, ServerChannel } from 'ssh2'
import { type RemoteCommand, renderWords } from '../../src/main/adapters/remote-commands.ts'
import { type Endless, type Forgery, isEndless, pour } from './forgery.ts'

/** Joins two channels, whatever ends first. */
export const joinBoth = (channel: ServerChannel, truth: ClientChannel): void => {
  channel.on('error', () => undefined)
  truth.on('error', () => undefined)
  channel.pipe(truth)
  truth.pipe(channel)
  channel.on('close', () => truth.close())
  truth.on('close', () => channel.close())
}

/** Joins the two channels of a command, with its answers forged. */
export const passCommand = (
  channel: ServerChannel,
  truth: ClientChannel,
  command: string,
  forgery: () => Forgery,
): void => {
  channel.on('error', () => undefined)
  truth.on('error', () => undefined)
  const asked: string[] = []
  let said = ''
  let status = 0
  const isHelper = isLineOf('helper', command)
  const isFacts = isLineOf('observe', command)
  let hasBegun = false
  channel.on('data', (chunk: Buffer) => {
    if (isHelper) asked.push(...chunk.toString('utf8').split('\n').flatMap(readOp))
    truth.write(chunk)
  })
  channel.on('end', () => truth.end())
  channel.on('close', () => truth.close())
  const words = forgery().stderr?.()
  if (words !== undefined) channel.stderr.write(words)
  truth.stderr.on('data', (chunk: Buffer) => channel.stderr.write(chunk))
  truth.on('data', (chunk: Buffer) => {
    if (!isHelper && !isFacts) return void channel.write(chunk)
    said += chunk.toString('utf8')
    if (!hasBegun) {
      // The line by which the program knows that the command begins is nobody's to forge here.
      const end = said.indexOf('\n') + 1
      if (end === 0) return
      hasBegun = true
      channel.write(said.slice(0, end))
      said = said.slice(end)
    }
    if (isFacts) return
    const lines = said.split('\n')
    said = lines.pop() ?? ''
    for (const line of lines) {
      const forged = forgery().helper?.(asked.shift() ?? '', JSON.parse(line)) ?? line
      if (isEndless(forged)) return pour(channel, forged)
      channel.write(`${typeof forged === 'string' ? forged : JSON.stringify(forged)}\n`)
    }
  })
  truth.on('exit', (code: number | null) => {
    status = code ?? 1
  })
  truth.on('close', () => {
    const facts = isFacts && said.startsWith('{') ? forgeFacts(said, forgery().facts) : said
    if (isEndless(facts)) return pour(channel, facts)
    if (isFacts) channel.write(facts)
    channel.exit(status)
    channel.end()
    channel.close()
  })
}

const isLineOf = (name: RemoteCommand, line: string): boolean =>
  line.endsWith(
    ` ${renderWords(name, '')
      .map((word) => `'${word}'`)
      .join(' ')}`,
  )

const readOp = (line: string): string[] => {
  if (line === '') return []
  const { op } = JSON.parse(line) as { op: string }
  return [op]
}

const forgeFacts = (text: string, forge: Forgery['facts']): string | Endless => {
  const forged = forge?.(JSON.parse(text) as Record<string, unknown>)
  if (forged === undefined) return text
  return typeof forged === 'string' || isEndless(forged) ? forged : JSON.stringify(forged)
}
