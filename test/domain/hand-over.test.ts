import { describe, expect, it } from 'vitest'
import { renderExamples } from '../../src/domain/examples.ts'
import { type HandOverFacts, renderHandOver } from '../../src/domain/hand-over.ts'

const facts: HandOverFacts = {
  name: 'acme',
  addresses: ['203.0.113.80', '2001:db8::80'],
  port: 20_000,
  memoryMb: 64,
  maxConnections: 1024,
  allow: [{ cidr: '198.51.100.0/24', label: 'office' }],
}
const lineOf = (text: string, label: string): string =>
  text.split('\n').find((line) => line.includes(label)) ?? ''

it.each<[what: string, change: Partial<HandOverFacts>, label: string, plain: string, markdown: string]>([
  [
    'addresses',
    {},
    'Address',
    'Address: 203.0.113.80:20000, [2001:db8::80]:20000',
    '- **Address:** 203.0.113.80:20000, \\[2001:db8::80\\]:20000',
  ],
  [
    'no address',
    { addresses: [] },
    'Address',
    'Address: not known yet, port 20000',
    '- **Address:** not known yet, port 20000',
  ],
  ['memory', {}, 'Memory', 'Memory: 64 MB', '- **Memory:** 64 MB'],
  ['connections', {}, 'Connections', 'Connections at once: 1024', '- **Connections at once:** 1024'],
  [
    'who is allowed',
    {},
    'Allowed',
    'Allowed to connect: 198.51.100.0/24 (office)',
    '- **Allowed to connect:** 198.51.100.0/24 \\(office\\)',
  ],
  [
    'nobody',
    { allow: [] },
    'Allowed',
    'Allowed to connect: nobody yet',
    '- **Allowed to connect:** nobody yet',
  ],
  [
    'everybody',
    {
      allow: [
        { cidr: '0.0.0.0/0', label: '' },
        { cidr: '::/0', label: '' },
      ],
    },
    'Allowed',
    'Allowed to connect: everybody over IPv4, everybody over IPv6',
    '- **Allowed to connect:** everybody over IPv4, everybody over IPv6',
  ],
  [
    'a label that would be markup',
    { allow: [{ cidr: '198.51.100.0/24', label: '<b>*[x](http://y)* &lt; `z`' }] },
    'Allowed',
    'Allowed to connect: 198.51.100.0/24 (<b>*[x](http://y)* &lt; `z`)',
    '- **Allowed to connect:** 198.51.100.0/24 \\(\\<b\\>\\*\\[x\\]\\(http://y\\)\\* \\&lt; \\`z\\`\\)',
  ],
  [
    'a name',
    { name: 'a_b@cs50.com' },
    'Your cache',
    'Your cache: a_b@cs50.com',
    '# Your cache: a\\_b@cs50.com',
  ],
])('%s', (_what, change, label, plain, markdown) => {
  const text = renderHandOver({ ...facts, ...change }, [])
  expect(lineOf(text.plain, label)).toBe(plain)
  expect(lineOf(text.markdown, label)).toBe(markdown)
})

describe('the examples', () => {
  const examples = renderExamples('203.0.113.80', 20_000)
  const text = renderHandOver(facts, examples)

  it('stand in fences of their language, as they are', () => {
    const fences = [...text.markdown.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)]
    expect(fences.map(([, language]) => language)).toEqual([
      'ruby',
      'python',
      'php',
      'js',
      'go',
      'java',
      'shell',
    ])
    expect(fences.map(([, , code]) => code)).toEqual(examples.map(({ code }) => code.trimEnd()))
  })

  it('are indented in the plain text, and nothing else is changed', () => {
    const indented = text.plain.split('\n').filter((line) => line.startsWith('    '))
    const all = examples.flatMap(({ code }) => code.trimEnd().split('\n')).filter((line) => line !== '')
    expect(indented.map((line) => line.slice(4))).toEqual(all)
    expect(text.plain).not.toContain('```')
  })
})
