import type { Example } from '../contract/tenant.ts'
import { isAnyone } from './address.ts'

/** The facts of a cache that its tenant gets. */
export interface HandOverFacts {
  readonly name: string
  /** Addresses that programs connect to, the best first. */
  readonly addresses: readonly string[]
  readonly port: number
  readonly memoryMb: number
  readonly maxConnections: number
  readonly allow: readonly { readonly cidr: string; readonly label: string }[]
}

/** The text that an operator sends to a tenant, as Markdown for a ticket and plain for a letter. */
export function renderHandOver(
  facts: HandOverFacts,
  examples: readonly Example[],
): { markdown: string; plain: string } {
  const { name } = facts
  const lines = describeFacts(facts)
  const markdown = [
    `# Your cache: ${escapeMarkdown(name)}`,
    lines.map(([label, value]) => `- **${label}:** ${escapeMarkdown(value)}`).join('\n'),
    advice,
    ...examples.map(
      ({ language, code }) => `## ${language}\n\n\`\`\`${nameFence(language)}\n${code.trimEnd()}\n\`\`\``,
    ),
  ].join('\n\n')
  const plain = [
    `Your cache: ${name}`,
    lines.map(([label, value]) => `${label}: ${value}`).join('\n'),
    advice,
    ...examples.map(
      ({ language, code }) => `${language}:\n\n${code.trimEnd().replaceAll(/^(?=.)/gm, '    ')}`,
    ),
  ].join('\n\n')
  return { markdown: `${markdown}\n`, plain: `${plain}\n` }
}

const advice =
  'memcached has no password and no encryption: keep nothing in it that must stay secret from who can read your network, ' +
  'and nothing that you cannot compute again. It is empty after a restart.'

function describeFacts(facts: HandOverFacts): [label: string, value: string][] {
  const { addresses, port, memoryMb, maxConnections, allow } = facts
  return [
    [
      'Address',
      addresses.length === 0
        ? `not known yet, port ${port}`
        : addresses.map((address) => renderEndpoint(address, port)).join(', '),
    ],
    ['Memory', `${memoryMb} MB`],
    ['Connections at once', String(maxConnections)],
    ['Allowed to connect', allow.length === 0 ? 'nobody yet' : allow.map(renderEntry).join(', ')],
  ]
}

/** The names that highlighters know: https://github.com/github-linguist/linguist has them as aliases. */
function nameFence(language: string): string {
  return language === 'Node' ? 'js' : language.toLowerCase()
}

function renderEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function renderEntry({ cidr, label }: { cidr: string; label: string }): string {
  const who = isAnyone(cidr) ? `everybody over ${cidr.includes(':') ? 'IPv6' : 'IPv4'}` : cidr
  return label === '' ? who : `${who} (${label})`
}

/** Names and labels are the operator's and may hold characters that Markdown gives a meaning. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|~&-]/gu, (character) => `\\${character}`)
}
