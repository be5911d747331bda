import { type Sentences, said, shorten } from './problem-text.ts'

/** The sentences for problems of this program and what it keeps. */
export const programProblems = {
  NOT_RUNNING: (d) =>
    said(`No operation ${d.operation} is running.`, 'It has ended; the activity list shows how.'),
  SECRETS_LOCKED: (d) =>
    said(
      `The kept secrets stay locked: ${d.reason}.`,
      'Enter the passphrase that they were kept with, or choose to remember nothing, which forgets them.',
    ),
  SANDBOX_FAILED: (d) =>
    said(
      `The sandbox does not run: ${shorten(d.reason.replace(/\.$/, ''), 400)}.`,
      'Put that right, then try again; or start it in a terminal, with `npm run try` in the project.',
      true,
    ),
  STORE_BUSY: (d) =>
    said(`The store ${d.path} is in use by ${d.owner}.`, 'Wait until it ends, then try again.', true),
  STORE_UNUSABLE: (d) =>
    said(
      `The store ${d.path} cannot be used: ${d.reason}.`,
      d.isFull === true
        ? 'Make room on that disk, then do it again. What the store has is not lost.'
        : 'Put that right, or name another folder with --data.',
    ),
  OWNER_ENDED: (d) =>
    said(
      `The program that runs on the store ${d.path}, and that was to do this, has ended before it answered.`,
      'What it had begun is finished or taken back by the next program on this store, as any command is. Access that was to be taken away may not be in force yet: ask for that again.',
      true,
    ),
  CANCELLED: (d) => said(`Cancelled: ${d.action}.`, 'Start it again when you like.', true),
  INTERNAL: (d) =>
    said(
      `Something went wrong inside Memharbor (reference ${d.reference}).`,
      'Look up the reference in the log file and report it.',
    ),
} satisfies Partial<Sentences>
