import { listHosts, updateHost } from '../../../src/main/adapters/store/hosts.ts'
import { serveBrowser } from '../../../src/main/web/serve-browser.ts'
import { openMemoryPanel } from '../../memory-host/open-memory-panel.ts'

/** The word that makes this program a panel on hosts in memory. */
export const memoryWord = '--memory-panel'

/** Serves such a panel until it is told to end, and prints its link. Its hosts say in their names what they are. */
export async function serveMemoryPanel([dataDir = '', pageRoot = '', count = '']: readonly string[]) {
  const panel = await openMemoryPanel({ dataDir, tenants: Number(count) })
  const { store } = panel.context.services
  await store.write((db) => {
    for (const [index, { id }] of listHosts(db).entries()) updateHost(db, id, { name: `memory${index + 1}` })
  })
  const shell = await serveBrowser(panel.context, { pageRoot, port: 0 })
  const ended = new Promise((resolve) => process.once('SIGINT', resolve))
  process.stdout.write(`${shell.newLink()}\n`)
  await ended
  await shell.close()
  await panel.close()
}
