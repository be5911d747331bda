/** Phrases before the name of the tenant or host, for kinds whose own words are no good sentence. */
const phrases: Readonly<Record<string, string>> = {
  'tenant allow': 'Allow addresses for',
  'tenant revoke': 'Revoke addresses of',
  'tenant end': 'End of the memcached of',
  'tenant disconnect': 'Close a connection of',
  'tenant annotate': 'Change notes or tags of',
  'tenant limit': 'Change the connection limit of',
  'tenant move': 'Change the port of',
  'host docker': 'Restart of the Docker of',
  'host adopt': 'Take in what was made elsewhere on',
  'host operators': 'Take the right to run the helper from an operator of',
  'host put-back': 'Close again on a host that was put back:',
  'host recover': 'Settle what was put back on',
  'host sweep': 'Remove a leftover container of',
  'host trust': 'Trust another key of',
  'host prepare --undo': 'Take everything away from',
}

/** `tenant create` is the log's word; people read `Create tenant`. A kind of one word stays as it is. */
export function describeKind(kind: string): string {
  const phrase = phrases[kind]
  if (phrase !== undefined) return phrase
  const [noun = '', ...verb] = kind.split(' ')
  const said = verb.join(' ')
  return said === '' ? kind : `${said.charAt(0).toUpperCase()}${said.slice(1)} ${noun}`
}

/** The kinds whose words hold the given text, in lower case, where the log's own word may not. */
export function listKindsSaying(text: string): string[] {
  return Object.keys(phrases).filter((kind) => describeKind(kind).toLowerCase().includes(text))
}
