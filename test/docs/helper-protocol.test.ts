import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { protocolVersion } from '../../src/main/adapters/netfilter/requests.ts'
import { parseCodeSpans, parseRows, parseSections } from './markdown.ts'
import { listRules, observeProtocol, renderKeys } from './protocol-reference.ts'

const project = join(import.meta.dirname, '../..')
const path = join(project, 'docs/helper-protocol.md')
const text = await readFile(path, 'utf8')
const bodyOf = (title: string): string =>
  parseSections(text).find((section) => section.title === title)?.body ?? ''
const facts = await observeProtocol(project)

describe('docs/helper-protocol.md', () => {
  // `npm test -- test/docs -u` writes them.
  it('has the versions and the keys of each operation as the helper has them', async () => {
    await expect(withFacts(text)).toMatchFileSnapshot(path)
    expect(text).toContain(`{"v": ${facts.protocol}, "op": …, …}`)
    expect(protocolVersion).toBe(facts.protocol)
    const changelog = await readFile(join(project, 'CHANGELOG.md'), 'utf8')
    expect(/Helper \S+, helper protocol \d+/.exec(changelog)?.[0]).toBe(
      `Helper ${facts.version}, helper protocol ${facts.protocol}`,
    )
  })

  it('has each operation once, and no other', () => {
    const operations = parseRows(bodyOf('Operations')).flatMap(([first = '']) => parseCodeSpans(first))
    expect(operations.filter((operation) => operation !== 'op').sort()).toEqual(
      Object.keys(facts.requests).sort(),
    )
    expect(facts.carriedOut).toEqual(Object.keys(facts.requests).sort())
  })

  it('says the bounds and the patterns of each key', () => {
    const rows = parseRows(bodyOf('Lines')).map(([keys = '', rule = '']) => ({
      keys: parseCodeSpans(keys),
      rule: rule.replaceAll(/(?<=\d),(?=\d{3})/g, ''),
    }))
    const unsaid = listRules(facts).flatMap(({ key, says }) => {
      const row = rows.find(({ keys, rule }) => keys.includes(key) || parseCodeSpans(rule).includes(key))
      if (row === undefined) return [`${key}: no rule`]
      const { rule } = row
      return says.filter((word) => !isSaid(word, rule)).map((word) => `${key}: ${word}`)
    })
    expect(unsaid).toEqual([])
  })

  it('has each code of a refusal once, and no other', () => {
    const codes = parseRows(bodyOf('Refusals')).flatMap(([first = '']) => parseCodeSpans(first))
    expect(codes.sort()).toEqual([...facts.codes])
  })
})

/** A number stands by itself; a pattern stands anywhere. */
const isSaid = (word: string, rule: string): boolean =>
  /^\d+$/.test(word) ? new RegExp(`(?<!\\d)${word}(?!\\d)`).test(rule) : rule.includes(word)

/** The document with what the helper says in its place. */
function withFacts(document: string): string {
  const versions = `protocol ${facts.protocol}, as helper ${facts.version} speaks it`
  return Object.entries(facts.requests).reduce(
    (changed, [op, request]) => {
      const cells = ['|', `\`${op}\``, '|', renderKeys(request), '|'].filter((cell) => cell !== '')
      return changed.replace(new RegExp(`^\\| \`${op}\` \\|[^|]*\\|`, 'm'), cells.join(' '))
    },
    document.replace(/protocol \d+, as helper \S+ speaks it/, versions),
  )
}
