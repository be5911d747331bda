import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HelperFacts } from '../../domain/host-observation.ts'
import { describeOpenState } from './describe-open-state.ts'

/** Folders and files from which the helper lets nobody in, because others could have written what is in them. */
export function describeOpenPaths(host: string, { openPaths }: Pick<HelperFacts, 'openPaths'>): CheckLine[] {
  return openPaths.map((path) => {
    const [sentence, advice] = describeOpenState(host, path)
    return line('Filter', 'bad', sentence, advice)
  })
}
