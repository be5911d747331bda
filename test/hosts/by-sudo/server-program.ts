const program = `
  import { runnerImport } from 'vite'
  const { module } = await runnerImport('./test/hosts/by-sudo/serve.ts')
  await module.serveSandbox(process.stdin, process.stdout)
  process.exit()
`

/** The program and arguments of a root half that is not built, started in the project's folder. */
export const sandboxServer: readonly string[] = [process.execPath, '--input-type=module', '-e', program]
