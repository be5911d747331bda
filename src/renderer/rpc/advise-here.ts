import type { ProblemCode } from '../../contract/problem.ts'

/** The advice in the words of the page, where the usual one names a command or one of its options. */
const here: Readonly<Partial<Record<ProblemCode, string>>> = {
  NOT_FOUND: 'It may have been removed or renamed meanwhile.',
  NAME_AMBIGUOUS: 'Choose the tenant in the list, which says on which host each one is.',
  HOST_NOT_NAMED: 'Choose a host.',
  // Of several at once: what the whole list of one would cover is known only when it is changed.
  CONFIRMATION_NEEDED: 'Nothing was changed. Do it on the screen of that tenant, which asks first.',
  HOST_KEY_UNKNOWN: 'Compare it with what the server itself says.',
  HOST_KEY_CHANGED:
    'Ask whoever runs the server whether it was installed anew. If it was, compare the keys: “Trust another key” in the menu of the host shows both. If not, somebody may be in between.',
  LOGIN_REFUSED:
    'Add your public key to .ssh/authorized_keys of that user there, or name the right key file.',
  IDENTITY_UNREADABLE: 'Name another key file.',
  PASSPHRASE_NEEDED: 'Unlock the key of the host.',
  CONNECTIONS_TAKEN:
    'Close one, or let its clients do so, and try again. Or raise the limit, which makes it anew with an empty cache.',
  PORT_UNREACHABLE: 'The check list of the host says more.',
  COMMAND_FAILED: 'The check list of the host says more.',
  SUDO_PASSWORD_NEEDED: 'Enter it, then try again.',
  UID_REUSED: 'If that user shall be an operator there, prepare the host. Else log in as an operator.',
  DOCKER_UNREACHABLE:
    'Start it there, or prepare the host: that installs it where it is missing, and starts it.',
  DOCKER_SILENT:
    'See there what it is at: its log says more. Caches that run go on; restarting Docker there restarts them, and what is in them is lost.',
  DOCKER_RULES_GONE:
    'Restart Docker there: it makes them again. Caches that run go on until then; it restarts them, and what is in them is lost.',
  IMAGE_MISSING: 'Prepare the host.',
  HOST_NOT_PREPARED: 'Prepare the host.',
  FILTER_UNCLEAR:
    'Put that right there and try again; until then the host stays as it is. Without a filter only by choice: “Local only” when it is prepared.',
  MODE_KEPT: 'Delete the public tenants first, or leave the host as it is.',
  SUPERNET_INVALID:
    'Prepare it by the command line, which takes another network (host prepare with its option supernet).',
  PREPARE_FAILED: 'Put that right and prepare the host again: it goes on where it stopped.',
  FIREWALL_SAVED:
    'The check list of the host has the command that saves it without them. Or leave it as it is, below.',
  HOST_HAS_TENANTS:
    'Delete them first; containers of tenants of other hosts are removed on the server itself, with docker rm -f. To leave them running there, remove the host from this panel.',
  HELPER_FAILED: 'The check list of the host says more.',
  HELPER_INCOMPATIBLE:
    'If the helper is older, prepare the host. If it is newer, update this panel: a helper is never downgraded.',
  REVISION_STALE: 'Look at it as it is now, then decide again.',
  SERVER_REPLACED:
    'Edit the host: give it the address of that server again. If it shall be the other one from now on, accept that on the screen of the host.',
  SERVER_TWICE: 'The screen of the host says which it is, and what to do.',
  HOST_PUT_BACK:
    'Choose on the screen of the host whose state counts. Revoking, suspending and deleting work meanwhile.',
  ENTRY_ABSENT: 'The list of its allowed addresses shows what is there.',
  CLOSING_FIRST:
    'The check list of the host says more. The closing is tried again by itself: change the tenant when nothing of it is pending any more.',
  MEMORY_HELD: 'A restart gives that memory back, with an empty cache: do that first, or take less away.',
  NOT_DELETED:
    'What is left of it there is removed by itself, as soon as that works. The check list of the host says more.',
  TENANT_SILENT: 'Nothing was left behind. Try again; the check list of the host says more.',
}

/**
 * The advice on a problem, for somebody who sits at the page.
 * @param advice the program's, which is for the command line too
 */
export function adviseHere(code: ProblemCode, advice: string): string {
  return here[code] ?? advice
}
