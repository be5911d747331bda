import { dirname } from 'node:path'
import type { Namespace } from './namespace.ts'
import { mustRun } from './run.ts'

const script = 'umask 077; mkdir -p -m 755 "$4"; cat > "$3" && chmod "$1" "$3" && chown "$2:$2" "$3"'

/** Writes a file in a host, with its directories. */
export const writeHostFile = async (
  host: Pick<Namespace, 'enter'>,
  path: string,
  text: string,
  { mode = '644', owner = 'root' }: { mode?: string; owner?: string } = {},
): Promise<void> => {
  await mustRun(host.enter(['sh', '-c', script, 'write', mode, owner, path, dirname(path)]), { input: text })
}
