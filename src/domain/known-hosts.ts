/** One host key of a known_hosts file. `key` is the base64 of the public key blob. */
export interface KnownHostKey {
  readonly marker: 'revoked' | 'cert-authority' | undefined
  readonly keyType: string
  readonly key: string
}

/**
 * Reads what `ssh-keygen -F NAME -f FILE` prints: the matching lines of a known_hosts file (names hashed or not), each
 * after a comment. Lines of another shape are passed over.
 *
 * ```
 * # Host [203.0.113.7]:2222 found: line 3
 * |1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN…
 * @revoked [203.0.113.7]:2222 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB…
 * ```
 */
export function parseKnownHosts(text: string): readonly KnownHostKey[] {
  return text.split(/\r?\n/).flatMap((line): KnownHostKey[] => {
    if (line.startsWith('#')) return []
    const words = line.trim().split(/\s+/)
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined
    const [, keyType, key] = words
    if (keyType === undefined || key === undefined || !/^[A-Za-z0-9+/]+=*$/.test(key)) return []
    switch (marker) {
      case undefined:
        return [{ marker, keyType, key }]
      case '@revoked':
        return [{ marker: 'revoked', keyType, key }]
      case '@cert-authority':
        return [{ marker: 'cert-authority', keyType, key }]
      default:
        return []
    }
  })
}

/** The name a server has in known_hosts: plain on port 22, else `[name]:port`. */
export function renderKnownHostsName(hostname: string, port: number): string {
  const name = hostname.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}
