import { Duplex } from 'node:stream'

/** The figures of a memcached that is only in memory. */
export interface CacheFigures {
  readonly version: string
  readonly memoryMb: number
  readonly usedBytes: number
  readonly items: number
  readonly connections: number
  readonly getHits: number
  readonly getMisses: number
  readonly evictions: number
  readonly uptimeSeconds: number
  readonly flushes: number
}

/** The changes that a client can make. */
export interface CacheActions {
  readonly flush: () => void
  readonly limit: (memoryMb: number) => void
}

const megabyte = 2 ** 20

/**
 * A connection to such a memcached: it answers the commands that the panel sends, and no others.
 * @param most connections, above which it says so and answers nothing
 */
export function openMemoryCache(figures: () => CacheFigures, actions: CacheActions, most: number): Duplex {
  let given = ''
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      given += chunk.toString('latin1')
      for (let end = given.indexOf('\r\n'); end >= 0; end = given.indexOf('\r\n')) {
        stream.push(answer(given.slice(0, end), figures(), actions))
        given = given.slice(end + 2)
      }
      done()
    },
    final(done) {
      stream.push(null)
      done()
    },
  })
  if (figures().connections >= most) {
    stream.push('ERROR Too many open connections\r\n')
    stream.push(null)
  }
  return stream
}

function answer(line: string, figures: CacheFigures, { flush, limit }: CacheActions): string {
  const [command = '', word = ''] = line.split(' ')
  switch (command) {
    case 'version':
      return `VERSION ${figures.version}\r\n`
    case 'stats':
      return word === 'slabs' ? renderStats({ total_malloced: figures.usedBytes }) : renderGeneral(figures)
    case 'flush_all':
      flush()
      return 'OK\r\n'
    case 'cache_memlimit':
      limit(Number(word))
      return 'OK\r\n'
    case 'slabs':
      return 'NOSPARE no spare pages\r\n'
    default:
      return 'ERROR\r\n'
  }
}

function renderGeneral(figures: CacheFigures): string {
  return renderStats({
    pid: 1,
    uptime: figures.uptimeSeconds,
    version: figures.version,
    // The two listening sockets are in it.
    curr_connections: figures.connections + 2,
    cmd_flush: figures.flushes,
    get_hits: figures.getHits,
    get_misses: figures.getMisses,
    limit_maxbytes: figures.memoryMb * megabyte,
    bytes: figures.usedBytes,
    curr_items: figures.items,
    total_items: figures.items * 3,
    evictions: figures.evictions,
  })
}

function renderStats(values: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(values).map(([name, value]) => `STAT ${name} ${value}\r\n`)
  return `${lines.join('')}END\r\n`
}
