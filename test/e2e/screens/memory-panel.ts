import { createInterface } from 'node:readline'
import { listHosts, updateHost } from '../../../src/main/adapters/store/hosts.ts'
import { serveBrowser } from '../../../src/main/web/serve-browser.ts'
import type { MemoryMood } from '../../memory-host/memory-host.ts'
import { type MemoryPanel, openMemoryPanel } from '../../memory-host/open-memory-panel.ts'
import { bringTrouble, isTroubleWord, type TroubleWord } from './bring-trouble.ts'

/** The word that makes this program a panel on hosts in memory. */
export const memoryWord = '--memory-panel'

/** How the hosts behave, as it is told on standard input; `memory4-down`: that one is gone, the others are well. */
export type MemoryWords = 'well' | 'slow' | 'slower' | 'memory1-down' | 'memory4-down' | TroubleWord

/** Serves such a panel until it is told to end, and prints its link. Its hosts say in their names what they are. */
export async function serveMemoryPanel([dataDir = '', pageRoot = '', count = '']: readonly string[]) {
  const panel = await openMemoryPanel({ dataDir, tenants: Number(count) })
  const { store } = panel.context.services
  await store.write((db) => {
    for (const [index, { id }] of listHosts(db).entries()) updateHost(db, id, { name: `memory${index + 1}` })
  })
  const shell = await serveBrowser(panel.context, { pageRoot, port: 0 })
  const ended = new Promise((resolve) => process.once('SIGINT', resolve))
  const words = createInterface(process.stdin).on('line', (line) => {
    if (isTroubleWord(line)) void bringTrouble(panel, line)
    else setMoods(panel, line as MemoryWords)
  })
  process.stdout.write(`${shell.newLink()}\n`)
  await ended
  words.close()
  await shell.close()
  await panel.close()
}

function setMoods({ hosts }: MemoryPanel, words: MemoryWords): void {
  const down = /^memory(\d)-down$/.exec(words)?.[1]
  const delayMs = words === 'slow' ? 900 : words === 'slower' ? 4_000 : undefined
  const mood: MemoryMood = delayMs === undefined ? { kind: 'well' } : { kind: 'slow', delayMs }
  for (const [index, host] of [...hosts.values()].entries())
    host.mood = down === String(index + 1) ? { kind: 'down' } : mood
}
