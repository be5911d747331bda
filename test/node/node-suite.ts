import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Tenant } from '../../src/contract/tenant.ts'
import { buildApp } from '../e2e/build-app.ts'
import { findChromium, type OpenedChromium, openChromium } from '../e2e/chromium.ts'
import { startPanelProcess } from '../e2e/journeys/panel-process.ts'
import { collectComplaints } from '../e2e/journeys/shell.ts'
import { openPlainUser, type PlainUser } from '../e2e/plain-user.ts'
import { type Client, startClient } from '../hosts/client.ts'
import type { HostNamespace } from '../hosts/host.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { skipReason } from '../hosts/platform.ts'
import { addHost, startCommandRunner } from '../main/cli/command-runner.ts'
import { startPreparedHost } from '../main/prepared-host.ts'
import { ensurePackage, type FetchedPackage } from './fetched-package.ts'
import { type BareCheckout, dryRun, openBareCheckout, restoreEngine } from './npm-ci.ts'
import { pinnedNode, pinnedNpms } from './pinned.ts'

/** The executable of a version of Node, or why there is none. */
const findNode = async (version: string): Promise<FetchedPackage> => {
  const pinned = pinnedNode(version)
  if (pinned === undefined)
    return { kind: 'missing', reason: `no package for ${process.platform} ${process.arch}` }
  const found = await ensurePackage(pinned)
  return found.kind === 'there' ? { kind: 'there', path: join(found.path, 'bin/node') } : found
}

const npms = await Promise.all(
  pinnedNpms.map(async (pinned) => ({
    version: pinned.version,
    major: Number.parseInt(pinned.version, 10),
    found: await ensurePackage(pinned),
  })),
)

const because = (reason: string | null | undefined): string => (reason ? ` (left out: ${reason})` : '')
const noHost = skipReason()
const chromiumName = findChromium()
const noBrowser =
  process.platform !== 'linux' ? 'needs Linux' : chromiumName === undefined ? 'no Chromium here' : undefined

/** npm's warning when a package wants another Node; Electron's is `npm warn EBADENGINE   package: 'electron@…'`. */
const warning = 'EBADENGINE'
const sentence = "Electron's own package wants Node.js 22.12 or newer to fetch its binary"

/** The trial of a version of Node. */
export interface Trials {
  /** The program and its page. */
  readonly program: boolean
  /** The majors of npm that install the packages. */
  readonly npms: readonly number[]
}

/** Each command is a program of its own, and the first build of each version is a whole one. */
const options = { timeout: 400_000 }

/** Tries versions of Node, side by side with one server and one browser. */
export const describeNodes = async (trials: Readonly<Record<string, Trials>>): Promise<void> => {
  const nodes = await Promise.all(
    Object.entries(trials).map(async ([version, tried]) => ({
      version,
      tried,
      found: await findNode(version),
    })),
  )
  let host: HostNamespace
  let client: Client
  let user: PlainUser
  let chromium: OpenedChromium
  let checkout: BareCheckout

  beforeAll(async () => {
    if (nodes.every(({ found }) => found.kind === 'missing')) return
    checkout = await openBareCheckout()
    if (noHost === null) {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
    }
    if (noBrowser === undefined) {
      user = await openPlainUser()
      chromium = await openChromium(chromiumName ?? '', user)
    }
  })

  afterAll(async () => {
    await chromium?.close()
    await user?.remove()
    await client?.stop()
    await host?.stop()
    await checkout?.remove()
  })

  for (const { version, tried, found } of nodes) {
    const node = found.kind === 'there' ? found.path : ''
    const missing = found.kind === 'missing' ? found.reason : undefined

    describe.skipIf(missing !== undefined)(`Node ${version}${because(missing)}`, options, () => {
      if (tried.program) {
        test('is what it says, builds the program, and loads the native packages', async () => {
          expect((await execa(node, ['--version'])).stdout).toBe(`v${version}`)
          const app = await buildApp(node)
          const load = `
            require('fs-native-extensions')
            try { require('keytar') } catch (error) { if (error.code !== 'MODULE_NOT_FOUND') throw error }
            console.log('loaded')`
          expect(await execa(node, ['-e', load], { cwd: app.path })).toMatchObject({
            stdout: 'loaded',
            stderr: '',
          })
        })

        test.skipIf(noHost !== null)(`lists, creates and allows on a server${because(noHost)}`, async () => {
          const commands = await startCommandRunner(node)
          onTestFinished(commands.stop)
          const name = `node ${version}`
          expect(await commands.json(['tenant', 'list'])).toEqual([])
          await addHost(commands, host)
          // By every version: on a host that is prepared there is nothing to do but to see that.
          await commands.json(['host', 'prepare', host.name])
          const made = await commands.json<Tenant>(['tenant', 'create', name, '--memory', '32'])
          const port = made.port ?? 0
          const talk = () => memcacheTalk(client, host.address4, port, 'version\r\n', 500)
          expect(await talk()).toEqual({ kind: 'timeout' })
          await commands.json(['tenant', 'allow', name, client.address4])
          expect(await talk()).toMatchObject({ kind: 'answer', text: expect.stringMatching(/^VERSION \d/) })
          // With it come the tenants that other versions have made there.
          expect(await commands.json<Tenant[]>(['tenant', 'list'])).toContainEqual(
            expect.objectContaining({
              name,
              state: 'running',
              allow: [expect.objectContaining({ cidr: `${client.address4}/32` })],
            }),
          )
        })

        test.skipIf(noBrowser !== undefined)(
          `serves the page to a browser${because(noBrowser)}`,
          async () => {
            const data = join(user.home, `data-${version}`)
            await mkdir(data, { mode: 0o700 })
            await user.own(data)
            const panel = await startPanelProcess(await buildApp(node), user, data)
            onTestFinished(panel.stop)
            const page = await chromium.browser.newPage()
            onTestFinished(() => page.close())
            const complaints = collectComplaints(page)
            await page.goto(panel.link)
            // Shown as soon as the panel has told the page that it knows no host.
            await page.getByText('Where should the caches run?').waitFor()
            expect(complaints).toEqual([])
            expect(panel.said()).not.toMatch(/warning/i)
          },
        )
      }

      for (const npm of npms.filter(({ major }) => tried.npms.includes(major))) {
        const noNpm = npm.found.kind === 'missing' ? npm.found.reason : undefined
        const isOld = version.startsWith('20.')
        test.skipIf(noNpm !== undefined)(
          `npm ${npm.version} ${isOld ? 'says once what Electron wants' : 'has nothing to say'}${because(noNpm)}`,
          async () => {
            const path = npm.found.kind === 'there' ? npm.found.path : ''
            const said = await dryRun(checkout, node, path)
            expect(said).not.toContain(warning)
            expect(said.split(sentence)).toHaveLength(isOld ? 2 : 1)
            if (!isOld) return
            const other = await openBareCheckout()
            onTestFinished(other.remove)
            await restoreEngine(other, 'electron')
            expect(await dryRun(other, node, path)).toContain(warning)
          },
        )
      }
    })
  }
}
