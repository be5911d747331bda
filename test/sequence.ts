import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take longest, as a run lists them at its end. They begin first, so that none is still running alone when all
 * others have ended; vitest itself knows the sizes of files only.
 */
const longest = [
  // It makes the root of a release, where that is not there yet.
  'test/live/forky.test.ts',
  'test/main/journey/crash-change.test.ts',
  'test/e2e/journeys/keyboard.test.ts',
  'test/main/cli/command-line.test.ts',
  'test/e2e/journeys/secrets.test.ts',
  'test/main/journey/crash-after.test.ts',
  'test/main/journey/crash-create.test.ts',
  'test/main/journey/cut-off.test.ts',
  'test/main/reconcile/close-access.test.ts',
  'test/main/journey/recovery.test.ts',
  'test/main/cli/lifecycle.test.ts',
  'test/e2e/journeys/accessibility.test.ts',
  'test/main/reconcile/closes-all.test.ts',
  'test/main/reconcile/registry.test.ts',
  'test/main/journey/many.test.ts',
  'test/main/live/watch-many.test.ts',
  'test/main/live/docker-stopped.test.ts',
  'test/main/reconcile/put-back.test.ts',
  'test/e2e/journeys/browser.test.ts',
  'test/resources/host/killed.test.ts',
  'test/node/node-versions.test.ts',
  'test/main/journey/modes.test.ts',
  'test/resources/host/filter.test.ts',
  'test/e2e/journeys/window.test.ts',
  'test/e2e/journeys/sandbox.test.ts',
  'test/main/journey/closed.test.ts',
  'test/hosts/try.test.ts',
  'test/main/journey/failures.test.ts',
  'test/main/store/durability.test.ts',
]

/** Lower begins first. Pure tests end a run: they are short, and fill what is left of it evenly. */
const rank = ({ moduleId, project }: TestSpecification): number => {
  if (project.name === 'pure') return longest.length + 1
  const found = longest.findIndex((file) => moduleId.endsWith(file))
  return found === -1 ? longest.length : found
}

/** Vitest's own order, after the files that take longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => rank(a) - rank(b))
  }
}
