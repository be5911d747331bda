import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostNamespace } from '../hosts/host.ts'

/** The document that shows the filter of a real host. */
export const firewallDocument = join(import.meta.dirname, '../../docs/firewall.md')

/** A fenced block of the document: `$ ipset list -t`, then what it prints. */
const blocks = /^```\n\$ (.+)\n([\s\S]*?)^```$/gm

/** The document with what its commands print on a host, without what differs from host to host. */
export async function observeFilter(host: HostNamespace, text: string): Promise<string> {
  const printed = new Map<string, string>()
  for (const [, command = ''] of text.matchAll(blocks)) {
    const { status, stdout, stderr } = await host.exec(command.split(' '))
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
    printed.set(command, maskFilter(stdout))
  }
  return text.replaceAll(
    blocks,
    (_, command: string) => `\`\`\`\n$ ${command}\n${printed.get(command)}\`\`\``,
  )
}

/** The output of a command as the document shows it. */
export function readDocumentedFilter(command: string): string {
  const text = readFileSync(firewallDocument, 'utf8')
  const found = [...text.matchAll(blocks)].find(([, shown]) => shown === command)
  if (found === undefined) throw new Error(`docs/firewall.md does not show ${command}`)
  return found[2] ?? ''
}

/**
 * Without comments, which have the time in them, packet counters and sizes; without the hash seeds and revisions of
 * sets, which come with the kernel; and without the rules that newer versions of Docker have in the same table.
 */
function maskFilter(printed: string): string {
  return printed
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/^(:.* )\[\d+:\d+\]$/gm, '$1[0:0]')
    .replaceAll(/^(?:-A (?!.*MEMHARBOR)|:(?!PREROUTING|OUTPUT|MEMHARBOR)).*\n/gm, '')
    .replaceAll(/^(Revision|Size in memory): \d+$/gm, '$1: …')
    .replaceAll(/ bucketsize \d+ initval 0x[0-9a-f]+/g, '')
}
