import { describe, expect, it } from 'vitest'
import { findCodeBlock, leaveOut, mask, parseTranscripts, renderTerminal } from './transcripts.ts'

describe('transcripts of documents', () => {
  it('are the commands of code blocks and what stands below each', () => {
    const text = `
Text, and $ npx memharbor in it.

    $ npx memharbor tenant allow acme 203.0.113.6   # let it in
    Allowed.
      indented
    $ npx memharbor tenant list
    $ npx other

    npx memharbor host list
`
    expect(parseTranscripts(text)).toEqual([
      { command: 'tenant allow acme 203.0.113.6', output: ['Allowed.', '  indented'] },
      { command: 'tenant list', output: ['$ npx other'] },
    ])
    expect(findCodeBlock(text, 'host list')).toEqual(['npx memharbor host list'])
    expect(() => findCodeBlock(text, 'nothing')).toThrow('nothing')
  })

  it.each([
    ['all', 'a b c', true],
    ['an end that is left out', 'a b …', true],
    ['a start that is left out', '… c', true],
    ['a middle that is left out', 'a … c', true],
    ['nothing that is left out', 'a … b c', true],
    ['two gaps', '… b …', true],
    ['everything left out', '…', true],
    ['too little', 'a b', false],
    ['too much', 'a b c d', false],
    ['another start', 'b c', false],
    ['another end', '… b', false],
    ['another order', 'b … a', false],
    ['a line twice', 'a … a …', false],
    ['another line', '… x …', false],
    ['lines that are not next to each other', '… a c …', false],
  ])('show of what was printed %s', (_, words, fits) => {
    const [printed, documented] = [['a', 'b', 'c'], words.split(' ')]
    expect(leaveOut(printed, documented)).toEqual(fits ? documented : printed)
  })

  it('are what a terminal shows in the end', () => {
    const seen =
      'A key\r\n? Trust it? (y/N)\u001b[37G\u001b[2K\u001b[G✔ Trust it? Yes\u001b[34G\r\n\u001b[?25hDone.\r\n'
    expect(renderTerminal(seen)).toEqual(['A key', '✔ Trust it? Yes', 'Done.'])
  })

  it.each([
    ['  held         30 ms  it answers', '  held       1531 ms  it answers'],
    ['  done    Reserve a port (257 ms)', '  done    Reserve a port (1257 ms)'],
    ['Created      2026-11-22T10:49:22.881Z', 'Created      2026-11-28T12:06:32.320Z   '],
    [
      'ok  System      Debian GNU/Linux 12 (bookworm), Linux 6.1.0, 24105 MB of memory, logged in as deploy.',
      'ok  System      Ubuntu 24.04.1 LTS, Linux 6.8.0-45-generic, 3915 MB of memory, logged in as deploy.',
    ],
    ['Docker 20.10.24+dfsg1, API 1.41.', 'Docker 28.1.1, API 1.49.'],
    ['iptables 1.8.9, nft backend.', 'iptables 1.8.11, nft backend.'],
    ['Items before: 48210, after: 48210.', 'Items before: 0, after: 0.'],
  ])('are alike in what varies: %s', (one, other) => {
    expect(mask(one)).toBe(mask(other))
  })

  it.each([
    ['Items before: 48210, after: 48210.', 'Items before: 48210, after: 0.'],
    ['acme on web1 has 256 MB now.', 'acme on web1 has 64 MB now.'],
    ['Tenants connect to 198.51.100.2', 'Tenants connect to 198.51.100.3'],
  ])('differ in all else: %s', (one, other) => {
    expect(mask(one)).not.toBe(mask(other))
  })
})
