/** A kind of operation in words: while it runs, and once it is done. */
export interface OperationName {
  readonly doing: string
  readonly did: string
}

const names: Readonly<Record<string, OperationName>> = {
  'tenant create': { doing: 'Creating', did: 'Created' },
  'tenant allow': { doing: 'Adding to the allowed addresses', did: 'Addresses allowed' },
  'tenant revoke': { doing: 'Removing from the allowed addresses', did: 'Addresses removed' },
  'tenant suspend': { doing: 'Suspending', did: 'Suspended' },
  'tenant resume': { doing: 'Resuming', did: 'Resumed' },
  'tenant restart': { doing: 'Restarting', did: 'Restarted' },
  'tenant flush': { doing: 'Flushing', did: 'Flushed' },
  'tenant disconnect': { doing: 'Closing a connection', did: 'Connection closed' },
  'tenant resize': { doing: 'Resizing', did: 'Resized' },
  'tenant limit': { doing: 'Changing the connection limit', did: 'Connection limit changed' },
  'tenant move': { doing: 'Changing the port', did: 'Port changed' },
  'tenant rename': { doing: 'Renaming', did: 'Renamed' },
  'tenant annotate': { doing: 'Saving notes and tags', did: 'Notes and tags changed' },
  'tenant end': { doing: 'memcached ended', did: 'memcached ended' },
  'tenant upgrade': { doing: 'Upgrading', did: 'Upgraded' },
  'tenant restore': { doing: 'Putting back', did: 'Put back' },
  'tenant delete': { doing: 'Deleting', did: 'Deleted' },
}

/** A kind that has no words here is shown as it is. */
export function nameOperation(kind: string): OperationName {
  return names[kind] ?? { doing: kind, did: kind }
}
