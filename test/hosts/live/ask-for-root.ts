import { fileURLToPath } from 'node:url'

/** The argument array of a process that asks for a root in a cache folder and writes what it got as a line of JSON. */
export const askForRoot = (cache: string, suite: string): readonly string[] => [
  ...['env', `MEMHARBOR_TEST_CACHE=${cache}`, process.execPath, '--input-type=module', '-e', script],
  ...[fileURLToPath(new URL('cache-root.ts', import.meta.url)), suite],
]

const script = `
  import { runnerImport } from 'vite'
  const [path, suite] = process.argv.slice(1)
  const { module } = await runnerImport(path)
  console.log(JSON.stringify(await module.ensureRoot({ suite })))
`
