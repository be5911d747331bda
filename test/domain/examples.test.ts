import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import type { Example } from '../../src/contract/tenant.ts'
import { exampleSchema } from '../../src/contract/tenant.ts'
import { renderExamples } from '../../src/domain/examples.ts'

const golden = (name: string): string => `../golden/examples/${name}.txt`
const render = (examples: readonly Example[]): string =>
  examples.map(({ language, library, code }) => `=== ${language}, ${library}\n${code}`).join('\n')

describe('the examples', () => {
  it.each([
    ['ipv4', '203.0.113.80'],
    ['ipv6', '2001:db8::80'],
    ['name', 'cache.example.org'],
  ])('for %s are as expected', async (name, address) => {
    await expect(render(renderExamples(address, 20_007))).toMatchFileSnapshot(golden(name))
  })

  it('are for every language that is promised, and fit the contract', () => {
    const examples = renderExamples('203.0.113.80', 20_007)
    expect(examples.map(({ library }) => library)).toEqual([
      'dalli',
      'pymemcache',
      'Memcached',
      'memjs',
      'gomemcache',
      'spymemcached',
      'nc',
    ])
    for (const example of examples) {
      expect(exampleSchema.parse(example)).toEqual(example)
      expect(example.code).toMatch(/20007[\s\S]*\n$|203\.0\.113\.80 20007\n$/)
      expect(example.code).toContain('203.0.113.80')
    }
  })

  it('have IPv6 in brackets where address and port are one text, and only there', () => {
    const bracketed = renderExamples('2001:db8::80', 20_007).filter(({ code }) =>
      code.includes('[2001:db8::80]:20007'),
    )
    expect(bracketed.map(({ language }) => language)).toEqual(['Ruby', 'Go'])
    const plain = renderExamples('2001:db8::80', 20_007).filter(({ code }) => !code.includes('[2001'))
    expect(plain.map(({ language }) => language)).toEqual(['Python', 'PHP', 'Node', 'Java', 'Shell'])
  })

  it.each([
    ['Python', 'python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())']],
    ['Node', process.execPath, ['--check', '-']],
    ['Shell', 'sh', ['-n']],
  ])('for %s can be read by it', async (language, program, options) => {
    const example = renderExamples('2001:db8::80', 20_007).find((one) => one.language === language)
    await execa(program, options, { input: example?.code ?? '(' })
  })
})
