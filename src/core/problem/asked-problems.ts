import { listNames } from '../sentence/list-names.ts'
import { describeAmbiguous } from '../tenant/describe-ambiguous.ts'
import { type Sentences, said, shorten } from './problem-text.ts'

/** The sentences for problems of what somebody asks for. */
export const askedProblems = {
  INVALID_INPUT: (d) =>
    said(
      `${d.field}${d.given === '' ? '' : ` "${shorten(d.given)}"`} is not usable: ${d.reason}.`,
      `Give another ${d.field}.`,
    ),
  ADDRESS_INVALID: (d) =>
    said(
      `"${shorten(d.given)}" is not usable as an address: ${d.reason}.${d.untouched === true ? ' The others were not taken either.' : ''}`,
      d.suggestion === undefined
        ? 'Give an address like 203.0.113.7 or a range like 203.0.113.0/24.'
        : `Did you mean ${d.suggestion}?`,
    ),
  NAME_TAKEN: (d) =>
    d.host === undefined
      ? said(`A ${d.noun} named "${d.name}" exists already.`, 'Choose another name.')
      : said(
          `Another panel has made a ${d.noun} named "${d.name}" on ${d.host}. Nothing was made here.`,
          'Look at that one, or choose another name.',
        ),
  NOT_FOUND: (d) =>
    said(
      `There is no ${d.noun} named "${shorten(d.name)}".`,
      `See \`memharbor ${d.noun} list\`.${d.unasked === undefined ? '' : ` Another panel may have made it on a host that could not be asked: ${listNames(d.unasked)}.`}`,
    ),
  NAME_AMBIGUOUS: (d) => {
    const { message, advice } = describeAmbiguous({ ...d, name: shorten(d.name) })
    return said(message, advice, d.unasked.length > 0)
  },
  HOST_NOT_NAMED: (d) =>
    d.hosts.length === 0
      ? said('No host is known yet.', 'Add one with `memharbor host add NAME --ssh USER@ADDRESS`.')
      : said(`It is not clear which host is meant: ${d.hosts.join(', ')}.`, 'Name it with --host.'),
  CONFIRMATION_NEEDED: (d) => said(d.loses, 'Say --yes to do it all the same.'),
} satisfies Partial<Sentences>
