import { describeUnusableLogin } from '../host/describe-login.ts'
import { type Sentences, said, seconds, shorten } from './problem-text.ts'

/** The sentences for problems of the way to a host. */
export const connectionProblems = {
  HOST_UNREACHABLE: (d) =>
    d.shutOut === true
      ? said(
          `Host ${d.host} at ${d.address} takes no login from here now: ${d.reason}.`,
          'A server shuts out an address for a while, after logins that failed or many connections (OpenSSH for up to 10 min: PerSourcePenalties, MaxStartups; fail2ban longer). Wait, then name several tenants in one command, or keep the panel open: both use one connection.',
          true,
        )
      : said(
          `Host ${d.host}${d.address === d.host ? '' : ` at ${d.address}`} does not answer: ${d.reason}.`,
          'Check the address, the network and that the server is up; then try again.',
          true,
        ),
  SSH_TOO_OLD: (d) =>
    said(
      `The SSH server of host ${d.host} at ${d.address} does not offer ${d.lacks}. No login was tried.`,
      'Update its SSH server. For an OpenSSH: `sudo ssh-keygen -A` makes the host keys it lacks, then take lines that begin with HostKey, Compression, Ciphers, MACs or KexAlgorithms out of /etc/ssh/sshd_config and restart it.',
    ),
  HOST_KEY_UNKNOWN: (d) =>
    said(
      `Host ${d.host} at ${d.address} shows a ${d.keyType} key that is not known yet: ${d.fingerprint}.`,
      `Compare it with the server's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then give --host-key ${d.fingerprint}.`,
    ),
  HOST_KEY_CHANGED: (d) =>
    said(
      `Host ${d.host} at ${d.address} shows another key than before: ${d.fingerprint} (${d.keyType}) instead of ${d.pinned}. Nothing was sent to it.`,
      // The new fingerprint is not put into a command to be copied: it may be that of somebody in between.
      `Ask whoever runs the server whether it was installed anew. If it was, compare the fingerprint there (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then accept it with \`memharbor host trust ${d.host}\`. If not, somebody may be in between.`,
    ),
  LOGIN_REFUSED: (d) =>
    said(
      `Host ${d.host} refused to log in ${d.user} (tried: ${shorten(d.tried.join(', ')) || 'nothing, no key was found'}).${
        d.unusable === undefined ? '' : ` Not usable: ${d.unusable.join('; ')}.`
      }`,
      `Add your public key to ~${d.user}/.ssh/authorized_keys there, or name the right key with --identity.`,
    ),
  LOGIN_UNUSABLE: (d) => {
    const { sentence, advice } = describeUnusableLogin(d.host, d.user, d.kind, d.printed)
    return said(sentence, advice)
  },
  LOGIN_METHODS: (d) =>
    said(
      d.key === ''
        ? `Host ${d.host} lets ${d.user} log in by ${d.wants.join(' or ')} only, and by no key.`
        : `Host ${d.host} took the key ${d.key} of ${d.user} and wants a second proof: ${d.wants.join(' or ')}.`,
      d.key === ''
        ? 'The panel logs in by keys. Allow them for that user in /etc/ssh/sshd_config there (PubkeyAuthentication yes).'
        : `The panel logs in by a key alone. Allow that in /etc/ssh/sshd_config there: a block \`Match User ${d.user}\` with \`AuthenticationMethods publickey\`.`,
    ),
  AGENT_SILENT: (d) =>
    said(
      `Your SSH agent (${d.agent}) was asked ${d.asked.replace(' agent: ', ' ')} for host ${d.host} and has not answered for ${seconds(d.afterMs)} s.`,
      'Approve the key there, touch its token or unlock the agent; then try again. A server waits for two minutes.',
      true,
    ),
  AGENT_REFUSED: (d) =>
    said(
      `Your SSH agent (${d.agent}) did not sign with ${d.key} for host ${d.host}.`,
      'Try again and approve the key there, or name a key file.',
      true,
    ),
  IDENTITY_UNREADABLE: (d) =>
    said(`The key file ${d.identityFile} cannot be used: ${d.reason}.`, 'Name another file with --identity.'),
  PASSPHRASE_NEEDED: (d) =>
    said(
      `The key file ${d.identityFile} is protected by a passphrase.`,
      'Enter it in the panel, run the command in a terminal, or give --passphrase-file.',
    ),
  PASSPHRASE_WRONG: (d) => said(`The passphrase for ${d.identityFile} is wrong.`, 'Try again.'),
  SSH_CONFIG_UNREADABLE: (d) =>
    said(`The SSH configuration for ${d.target} cannot be read: ${d.reason}.`, `Try \`ssh -G ${d.target}\`.`),
  TIMED_OUT: (d) =>
    d.port === undefined
      ? said(
          `Host ${d.host} did not answer in ${seconds(d.afterMs)} s while: ${d.action}.`,
          'Check the server and the network; then try again.',
          true,
        )
      : said(
          `The memcached on port ${d.port} of ${d.host} did not answer in ${seconds(d.afterMs)} s while: ${d.action}. The host itself does.`,
          'Try again in a while. A restart of that tenant ends one that hangs, and what is in its cache is lost.',
          true,
        ),
  PORT_UNREACHABLE: (d) =>
    said(
      `Port ${d.port} on ${d.host} cannot be reached from there: ${d.reason}.`,
      `See \`memharbor host check ${d.host}\`.`,
      true,
    ),
  COMMAND_FAILED: (d) =>
    said(
      `The command ${d.command} on ${d.host} failed: ${d.reason}.`,
      `See \`memharbor host check ${d.host}\`.`,
      true,
    ),
} satisfies Partial<Sentences>
