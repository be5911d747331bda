import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { type HelperSession, openHelper } from '../../../../src/main/adapters/netfilter/session.ts'
import { judgeHistory } from '../../../../src/main/hosts/registry/judge-history.ts'
import type { HostNamespace } from '../../../hosts/host.ts'
import { writeHostFile } from '../../../hosts/host-files.ts'
import { skipReason } from '../../../hosts/platform.ts'
import { ask, askOne, helperPath, startHelperHost } from '../../../resources/host/helper-host.ts'
import { allow, configure, placed, put, reserve } from '../../../resources/host/requests.ts'
import { linkTo } from '../../adapters/host-links.ts'
import { forgetPast } from './forget-past.ts'

const reason = skipReason()
const kept = new URL('../../../fixtures/b696e63/memharbor-host', import.meta.url)
const strange = 'f'.repeat(64)

describe.skipIf(reason !== null)(
  `where the history of a host is${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let link: Link
    let helper: HelperSession

    beforeAll(async () => {
      host = await startHelperHost()
      const rule = `${host.user} ALL=(root) NOPASSWD: ${helperPath} ""\n`
      await writeHostFile(host.namespace, '/etc/sudoers.d/zz-memharbor', rule, { mode: '440' })
      link = linkTo(host)
      helper = openHelper(link, host.name)
      await ask(host, configure({ reservedMb: 0 }), reserve())
    })
    afterAll(async () => {
      await helper?.close()
      await link?.close()
      await host?.stop()
    })

    const pairOf = async () => {
      const { revision, history } = await askOne(host, { v: 1, op: 'hello' })
      return { revision: Number(revision), history: String(history) }
    }
    const change = async (cidr: string) => {
      const { revision } = await pairOf()
      const tenant = placed('acme0001', { allow: allow(cidr) })
      expect(await askOne(host, put(revision, tenant))).toMatchObject({ ok: true })
    }

    it('is the same, ahead, or another one', async () => {
      const known = await pairOf()
      expect(await judgeHistory(helper, null)).toMatchObject({ kind: 'ahead', pair: known })
      expect(await judgeHistory(helper, known)).toMatchObject({ kind: 'same', pair: known })
      await change('203.0.113.1/32')
      const pair = await pairOf()
      expect(await judgeHistory(helper, known)).toMatchObject({ kind: 'ahead', pair })
      for (const { revision } of [known, pair, { revision: pair.revision + 1 }]) {
        const judged = await judgeHistory(helper, { revision, history: strange })
        expect(judged, `at revision ${revision}`).toMatchObject({ kind: 'another', pair })
      }
    })

    it('is forgotten where more was changed since than the helper remembers, whatever the digest was', async () => {
      const known = await pairOf()
      await change('203.0.113.2/32')
      await forgetPast(host)
      const pair = await pairOf()
      expect(await judgeHistory(helper, known)).toMatchObject({ kind: 'forgotten', pair })
      expect(await judgeHistory(helper, { ...known, history: strange })).toMatchObject({
        kind: 'forgotten',
        pair,
      })
      // Where it is now is remembered all the same.
      expect(await judgeHistory(helper, pair)).toMatchObject({ kind: 'same', pair })
      expect(await judgeHistory(helper, { ...pair, history: strange })).toMatchObject({
        kind: 'another',
        pair,
      })
    })

    it('is not known to a helper that gives no digest, and lost where there was one', async () => {
      await writeHostFile(host.namespace, helperPath, await readFile(kept, 'utf8'), { mode: '755' })
      const older = openHelper(link, host.name)
      expect(await judgeHistory(older, null)).toEqual({ kind: 'unknown' })
      const known = { revision: 1, history: strange }
      // A state that it cannot read is damaged to it, and no older one.
      expect(await judgeHistory(older, known)).toEqual({ kind: 'unknown' })
      expect(await judgeHistory(older, known, { revision: 2, history: null })).toEqual({ kind: 'lost' })
      await older.close()
    })
  },
)
