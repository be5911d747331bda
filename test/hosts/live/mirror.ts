import { mustRun } from '../run.ts'
import type { Suite } from './suites.ts'

export type Mirror =
  | { readonly kind: 'found'; readonly url: string }
  | { readonly kind: 'none'; readonly reason: string }

/**
 * Finds the mirror of Debian that this machine's own apt fetches from, and asks it for a suite.
 * @param timeoutMs for the answer of each of apt's sources
 */
export const observeMirror = async (suite: Suite, timeoutMs = 15_000): Promise<Mirror> => {
  const sources = parseSources(await mustRun(['apt-get', '--print-uris', 'update']))
  const answers = await Promise.all(sources.map((url) => ask(url, suite, timeoutMs)))
  const found = sources.find((_, index) => answers[index] === 'has it')
  if (found !== undefined) return { kind: 'found', url: found }
  return {
    kind: 'none',
    reason: answers.includes('silent')
      ? 'the mirror that apt fetches from does not answer'
      : `no mirror that apt fetches from has Debian ${suite}`,
  }
}

/** A sample of a line: `'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_… 0 ` */
const parseSources = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/^'([^']+?)\/dists\/\S+'/gm)].map(([, url = '']) => url)),
]

/**
 * Other sources than Debian's may have a suite of that name too. A sample of the file's head, after its signature's:
 * `Origin: Debian`, `Label: Debian`, `Suite: testing`, `Codename: forky`, each a line
 */
const ask = async (
  source: string,
  suite: Suite,
  timeoutMs: number,
): Promise<'has it' | 'has it not' | 'silent'> => {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(`${source}/dists/${suite}/InRelease`, { signal })
    const isDebian = answer.ok && /^Origin: Debian\nLabel: Debian$/m.test(await answer.text())
    return isDebian ? 'has it' : 'has it not'
  } catch {
    return 'silent'
  }
}
