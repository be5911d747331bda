/** One line of the proof: what should be so, whether it was, and what was seen. */
export interface ProofLine {
  readonly sentence: string
  readonly held: boolean
  readonly detail: string
}

/** One thing to be shown. Its `look` tells whether it held and what was seen; throwing counts as not held. */
export interface ProofStep {
  readonly sentence: string
  look(): Promise<{ readonly held: boolean; readonly detail: string }>
}

/** Shows one step after the other; a step that did not hold does not keep the next from being tried. */
export const prove = async (
  steps: readonly ProofStep[],
  onLine: (line: ProofLine) => void,
): Promise<readonly ProofLine[]> => {
  const lines: ProofLine[] = []
  for (const { sentence, look } of steps) {
    const line = { sentence, ...(await seen(look)) }
    lines.push(line)
    onLine(line)
  }
  return lines
}

const seen = async (look: ProofStep['look']): Promise<{ held: boolean; detail: string }> => {
  try {
    return await look()
  } catch (error) {
    return { held: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

export const renderLine = ({ sentence, held, detail }: ProofLine): string =>
  `${held ? 'yes' : 'NO '}  ${sentence}${detail === '' ? '' : `  (${detail})`}`
