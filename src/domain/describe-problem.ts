import type { Problem } from '../contract/problem.ts'
import { describeOpenState } from '../core/host/describe-open-state.ts'
import { describeDoubt } from '../core/host/describe-server.ts'
import { listNames } from '../core/sentence/list-names.ts'
import { describeAmbiguous } from '../core/tenant/describe-ambiguous.ts'
import { describeModeKept, describeUnclear } from './describe-mode.ts'

/** What people read of a problem: what happened and where, and what they can do. */
export interface ProblemText {
  readonly message: string
  readonly advice: string
  /** Whether doing the same again later may work without changing anything. */
  readonly retryable: boolean
}

const said = (message: string, advice: string, retryable = false): ProblemText => ({
  message: inOneLine(message),
  advice: inOneLine(advice),
  retryable,
})

/**
 * Without line breaks, control characters and changes of the writing direction: details hold words of servers and of
 * people, and what they hold must not move the cursor of a terminal or look like a sentence of this program.
 */
const inOneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim()

/** The sentences for every problem. One place, so that the same thing is said in the same words everywhere. */
export function describeProblem({ code, details: d }: Problem): ProblemText {
  switch (code) {
    case 'INVALID_INPUT':
      return said(
        `${d.field}${d.given === '' ? '' : ` "${shorten(d.given)}"`} is not usable: ${d.reason}.`,
        `Give another ${d.field}.`,
      )
    case 'ADDRESS_INVALID':
      return said(
        `"${shorten(d.given)}" is not usable as an address: ${d.reason}.`,
        d.suggestion === undefined
          ? 'Give an address like 203.0.113.7 or a range like 203.0.113.0/24.'
          : `Did you mean ${d.suggestion}?`,
      )
    case 'NAME_TAKEN':
      return said(`A ${d.noun} named "${d.name}" exists already.`, 'Choose another name.')
    case 'NOT_FOUND':
      return said(
        `There is no ${d.noun} named "${shorten(d.name)}".`,
        `See \`memharbor ${d.noun} list\`.${d.unasked === undefined ? '' : ` Another panel may have made it on a host that could not be asked: ${listNames(d.unasked)}.`}`,
      )
    case 'NAME_AMBIGUOUS': {
      const { message, advice } = describeAmbiguous({ ...d, name: shorten(d.name) })
      return said(message, advice, d.unasked.length > 0)
    }
    case 'HOST_NOT_NAMED':
      return d.hosts.length === 0
        ? said('No host is known yet.', 'Add one with `memharbor host add NAME --ssh USER@ADDRESS`.')
        : said(`It is not clear which host is meant: ${d.hosts.join(', ')}.`, 'Name it with --host.')
    case 'CONFIRMATION_NEEDED':
      return said(d.loses, 'Say --yes to do it all the same.')
    case 'HOST_UNREACHABLE':
      return said(
        `Host ${d.host}${d.address === d.host ? '' : ` at ${d.address}`} does not answer: ${d.reason}.`,
        'Check the address, the network and that the server is up; then try again.',
        true,
      )
    case 'SSH_TOO_OLD':
      return said(
        `The SSH server of host ${d.host} at ${d.address} does not offer ${d.lacks}. No login was tried.`,
        'Update its SSH server. For an OpenSSH: `sudo ssh-keygen -A` makes the host keys it lacks, then take lines that begin with HostKey, Compression, Ciphers, MACs or KexAlgorithms out of /etc/ssh/sshd_config and restart it.',
      )
    case 'HOST_KEY_UNKNOWN':
      return said(
        `Host ${d.host} at ${d.address} shows a ${d.keyType} key that is not known yet: ${d.fingerprint}.`,
        `Compare it with the server's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then give --host-key ${d.fingerprint}.`,
      )
    case 'HOST_KEY_CHANGED':
      return said(
        `Host ${d.host} at ${d.address} shows another key than before: ${d.fingerprint} (${d.keyType}) instead of ${d.pinned}. Nothing was sent to it.`,
        // The new fingerprint is not put into a command to be copied: it may be that of somebody in between.
        `Ask whoever runs the server whether it was installed anew. If it was, compare the fingerprint there (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then accept it with \`memharbor host trust ${d.host}\`. If not, somebody may be in between.`,
      )
    case 'LOGIN_REFUSED':
      return said(
        `Host ${d.host} refused to log in ${d.user} (tried: ${d.tried.join(', ') || 'nothing, no key was found'}).`,
        `Add your public key to ~${d.user}/.ssh/authorized_keys there, or name the right key with --identity.`,
      )
    case 'IDENTITY_UNREADABLE':
      return said(
        `The key file ${d.identityFile} cannot be used: ${d.reason}.`,
        'Name another file with --identity.',
      )
    case 'PASSPHRASE_NEEDED':
      return said(
        `The key file ${d.identityFile} is protected by a passphrase.`,
        'Enter it in the panel, run the command in a terminal, or give --passphrase-file.',
      )
    case 'PASSPHRASE_WRONG':
      return said(`The passphrase for ${d.identityFile} is wrong.`, 'Try again.')
    case 'SSH_CONFIG_UNREADABLE':
      return said(
        `The SSH configuration for ${d.target} cannot be read: ${d.reason}.`,
        `Try \`ssh -G ${d.target}\`.`,
      )
    case 'TIMED_OUT':
      return said(
        `Host ${d.host} did not answer in ${seconds(d.afterMs)} s while: ${d.action}.`,
        'Check the server and the network; then try again.',
        true,
      )
    case 'PORT_UNREACHABLE':
      return said(
        `Port ${d.port} on ${d.host} cannot be reached from there: ${d.reason}.`,
        `See \`memharbor host check ${d.host}\`.`,
        true,
      )
    case 'COMMAND_FAILED':
      return said(
        `The command ${d.command} on ${d.host} failed: ${d.reason}.`,
        `See \`memharbor host check ${d.host}\`.`,
        true,
      )
    case 'SUDO_PASSWORD_NEEDED':
      return said(
        `sudo on ${d.host} wants the password of ${d.user}.`,
        'Run the command in a terminal, or give --sudo-password-stdin.',
      )
    case 'SUDO_PASSWORD_WRONG':
      return said(`sudo on ${d.host} did not accept the password of ${d.user}.`, 'Try again.')
    case 'SUDO_REFUSED':
      return said(
        `On ${d.host} ${d.user} may not become root: ${d.reason}.`,
        `Log in as a user who may, or add ${d.user} to the sudo group there.`,
      )
    case 'SUDO_OVERRULED':
      return said(
        `What the helper on ${d.host} has cannot be told: sudo does not run it for ${d.user} ("${d.words}"), although its rule is there. A later sudoers rule overrides it.`,
        `Change that rule on ${d.host}: of all that fit, sudo takes the last that \`sudo -l\` shows there for ${d.user}. It counts no more when its file in /etc/sudoers.d sorts before zz-memharbor. Preparing the host does not change it.`,
      )
    case 'SUDO_SILENT':
      return said(
        `sudo on ${d.host} took longer than ${seconds(d.afterMs)} s to start the helper.`,
        'Does the own name of the server resolve there? sudo looks it up first: run `time sudo -n -l` there, and if it is slow, add that name to /etc/hosts.',
        true,
      )
    case 'UID_REUSED':
      return said(
        `The helper on ${d.host} refuses ${d.user}: the sudo rule for uid ${d.uid} is that of ${d.owner}, who had that uid before.`,
        `If ${d.user} shall be an operator there, run \`memharbor host prepare ${d.host}\` as ${d.user}: it gives a rule of their own, and takes that one away. Else log in as an operator.`,
      )
    case 'STATE_OPEN':
      return said(...describeOpenState(d.host, d.path))
    case 'DOCKER_DENIED':
      return said(
        `${d.user} may not use Docker on ${d.host}.`,
        `Run \`sudo usermod -aG docker ${d.user}\` there. The next connection has the right.`,
      )
    case 'DOCKER_UNREACHABLE':
      return said(
        `Docker on ${d.host} does not answer: ${d.reason}.`,
        'Start it there (`sudo systemctl start docker`), or prepare the host: that installs it.',
        true,
      )
    case 'DOCKER_SILENT':
      return said(
        `Docker on ${d.host} takes connections and has not answered in ${seconds(d.afterMs)} s; the host itself answers.`,
        'See there what it is at (`sudo journalctl -u docker`). Caches that run go on; `sudo systemctl restart docker` restarts them, and what is in them is lost.',
        true,
      )
    case 'DOCKER_FAILED':
      return said(
        `Docker on ${d.host} failed to ${d.action}: ${d.reason}.`,
        'Put right what Docker names, then try again.',
        true,
      )
    case 'IMAGE_MISSING':
      return said(`The image ${d.image} is not on ${d.host}.`, `Run \`memharbor host prepare ${d.host}\`.`)
    case 'HOST_NOT_PREPARED':
      return said(
        `Host ${d.host} is not prepared: ${d.missing.join('; ')}.`,
        `Run \`memharbor host prepare ${d.host}\`.`,
      )
    case 'FILTER_UNCLEAR': {
      const { message, advice } = describeUnclear(d.host, d.reason)
      return said(message, advice, true)
    }
    case 'MODE_KEPT': {
      const { message, advice } = describeModeKept(d)
      return said(message, advice)
    }
    case 'HOST_LOOPBACK_ONLY':
      return said(
        `Host ${d.host} cannot filter packets (${d.reason}), so its tenants are reachable from that computer only.`,
        'Use a Linux server where the panel may become root.',
      )
    case 'PREPARE_FAILED':
      return said(
        `Preparing ${d.host} stopped at "${d.step}": ${d.reason}.`,
        'Put that right and run `host prepare` again: it goes on where it stopped.',
        true,
      )
    case 'PLAN_STALE':
      return said(
        `Host ${d.host} changed since the plan was made. Nothing was done.`,
        'Look at the new plan and decide again.',
        true,
      )
    case 'HOST_HAS_TENANTS':
      return said(
        d.count === undefined
          ? `Host ${d.host} still has ${count(d.tenants.length, 'tenant')}: ${listNames(d.tenants)}.`
          : `Host ${d.host} still has ${count(d.count, 'tenant')} in its records.`,
        'Delete them first. To leave them running there, forget the host with `memharbor host remove --forget`.',
      )
    case 'HELPER_FAILED':
      return said(
        `The helper on ${d.host} could not ${d.op}: ${d.reason}.`,
        `See \`memharbor host check ${d.host}\`.`,
        true,
      )
    case 'HELPER_INCOMPATIBLE':
      return said(
        `The helper on ${d.host} is ${d.found}; this panel speaks ${d.speaks}.`,
        `If the helper is older, run \`memharbor host prepare ${d.host}\`. If it is newer, update this panel: a helper is never downgraded.`,
      )
    case 'REVISION_STALE':
      return said(
        `Tenant ${d.tenant} was changed on ${d.host} by another panel meanwhile (revision ${d.found}, not ${d.expected}). Nothing was changed.`,
        `Look at it with \`memharbor tenant show ${d.tenant}\`, then decide again.`,
      )
    case 'SERVER_REPLACED':
      return said(
        d.tenant === undefined
          ? `${d.host} is another server than before. Nothing was changed there.`
          : `${d.host} is another server than the one where ${d.tenant} was. Nothing was changed there.`,
        `Give ${d.host} the address of that server again (\`memharbor host edit ${d.host} --ssh USER@ADDRESS\`). If it shall be ${d.host} from now on, run \`memharbor host trust ${d.host}\`, which says first what that means.`,
      )
    case 'SERVER_TWICE': {
      const { sentence, advice } = describeDoubt(d.host, { kind: 'twin', other: d.other, isSame: d.isSame })
      return said(sentence, advice)
    }
    case 'HOST_PUT_BACK':
      return said(
        `${d.host} was put back to an older state and has ${d.tenant} otherwise than this panel. Nothing was changed.`,
        `Choose with \`memharbor host recover ${d.host} --as-panel\` or \`memharbor host recover ${d.host} --as-host\`. Revoke, suspend and delete work meanwhile.`,
      )
    case 'MEMORY_OVERCOMMITTED':
      return said(
        `Host ${d.host} has ${Math.max(0, Math.floor(d.freeMb))} MB left to promise; this tenant needs ${Math.ceil(d.askedMb)} MB with overhead.`,
        'Give the tenant less memory, or use another host.',
      )
    case 'NO_PORT_LEFT':
      return said(
        `No port is left on ${d.host} between ${d.from} and ${d.to}; ${d.quarantined} of them were released in the last 30 days and are kept back.`,
        'Widen the range with `host prepare --range`, or use another host.',
      )
    case 'PORT_UNAVAILABLE':
      return said(`Port ${d.port} on ${d.host} ${d.reason}.`, 'Choose another port of the range.')
    case 'PORT_RANGE_INVALID':
      return said(
        `The port range ${d.from}-${d.to} is not usable on ${d.host}: ${d.reason}.`,
        'Give another range, for example 20000-29999.',
      )
    case 'ENTRY_COVERED':
      return said(
        `Revoking ${d.cidr} would change nothing: ${d.by} on the allowlist of ${d.tenant} covers it.`,
        `Revoke ${d.by}, then allow the parts that should stay.`,
      )
    case 'ENTRY_ABSENT':
      return said(
        `${d.cidr} is not on the allowlist of ${d.tenant}.`,
        `See \`memharbor tenant show ${d.tenant}\`.`,
      )
    case 'NOT_RECORDED':
      return said(
        `In force on ${d.host}, but not kept here: ${d.action}. ${d.reason}`,
        'An open panel, or the next change on that host, takes it in from there as soon as the store can be written. Until then lists here may show it as it was; nothing has to be done again.',
      )
    case 'NOT_IN_FORCE':
      return said(
        `Not in force yet: ${d.action}. ${d.reason}`,
        'It is tried again by whatever program runs on this store. Until then the cache may still be reached.',
        true,
      )
    case 'NOT_KEPT':
      return said(
        `Closed on ${d.host}, but not kept there: ${d.action}. ${d.reason}.`,
        `${describeUntil(d.host, d.until)} It is tried again by whatever program runs on this store.`,
        true,
      )
    case 'NOT_CLOSED':
      return said(
        `Not in force for certain, and not kept here: ${d.action}. ${d.reason} ${d.store}`,
        'Nothing tries it again by itself. Put one of the two right, then do it again.',
        true,
      )
    case 'NOT_DELETED':
      return said(
        `Nobody gets in to ${d.tenant} on ${d.host} any more, but it is not deleted to the end. ${d.reason}`,
        `What is left of it there is removed by whatever program runs on this store, as soon as that works. See \`memharbor host check ${d.host}\`.`,
        true,
      )
    case 'CLOSED_IN_FILTER':
      return said(
        `The filter of ${d.host} is closed, but ${d.host} cannot keep that: ${d.reason}.`,
        describeUntil(d.host, d.until),
        true,
      )
    case 'TENANT_SILENT':
      return said(
        `The container of ${d.tenant} on ${d.host} runs, but memcached on port ${d.port} did not answer in ${seconds(d.waitedMs)} s.${d.log === '' ? '' : ` Its last words: "${d.log}".`}`,
        'Nothing was left behind. Try again, or look at `host check`.',
        true,
      )
    case 'TENANT_RENAMED':
      return said(
        `${d.tenant} was renamed meanwhile: it is called ${d.now} now. Nothing was done.`,
        'Do it again with its new name, if it is still the one.',
        false,
      )
    case 'TENANT_BUSY':
      return said(`Tenant ${d.tenant} is ${d.state}.`, 'Wait until that is done, then try again.', true)
    case 'NOT_RUNNING':
      return said(`No operation ${d.operation} is running.`, 'It has ended; the activity list shows how.')
    case 'SECRETS_LOCKED':
      return said(
        `The kept secrets stay locked: ${d.reason}.`,
        'Enter the passphrase that they were kept with, or choose to remember nothing, which forgets them.',
      )
    case 'SANDBOX_FAILED':
      return said(
        `The sandbox does not run: ${shorten(d.reason.replace(/\.$/, ''), 400)}.`,
        'Put that right, then try again; or start it in a terminal, with `npm run try` in the project.',
        true,
      )
    case 'STORE_BUSY':
      return said(`The store ${d.path} is in use by ${d.owner}.`, 'Wait until it ends, then try again.', true)
    case 'STORE_UNUSABLE':
      return said(
        `The store ${d.path} cannot be used: ${d.reason}.`,
        d.isFull === true
          ? 'Make room on that disk, then do it again. What the store has is not lost.'
          : 'Put that right, or name another folder with --data.',
      )
    case 'CANCELLED':
      return said(`Cancelled: ${d.action}.`, 'Start it again when you like.', true)
    case 'INTERNAL':
      return said(
        `Something went wrong inside Memharbor (reference ${d.reference}).`,
        'Look up the reference in the log file and report it.',
      )
  }
}

/** How long a filter stays closed that its host could not write down. */
function describeUntil(host: string, until: 'refill' | 'boot' | 'repair'): string {
  switch (until) {
    case 'refill':
      return 'Nobody gets in by it until the filter there is filled again. Put the cause right before.'
    case 'boot':
      return `Nobody gets in by it until ${host} is booted. Put the cause right before.`
    case 'repair':
      return `Nobody at all gets in on ${host} until its records are put right: see \`memharbor host check ${host}\`.`
  }
}

/** Whole characters only: half of an emoji is not printable. */
const shorten = (text: string, most = 80): string =>
  [...text].length > most ? `${[...text].slice(0, most - 3).join('')}…` : text
const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 10_000 ? 1 : 0)
const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
