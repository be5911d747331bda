import { mustRun } from '../run.ts'
import type { Place } from './root-layer.ts'

/** The programs behind the usual names. */
export interface Programs {
  /** sudo-rs in place of sudo, as Ubuntu has it since 25.10. */
  readonly sudoRs?: boolean
  /** uutils in place of GNU coreutils, as Ubuntu has it since 25.10. */
  readonly uutils?: boolean
}

/** The packages sudo-rs and rust-coreutils keep their programs under the usual names here. */
const rust = '/usr/lib/cargo/bin'

/** Only names that GNU coreutils has too are given to uutils. */
const uutilsScript = `for each in "$1"/*; do
  name=\${each##*/}
  if [ -e "/usr/bin/$name" ]; then ln -sf "$each" "/usr/bin/$name"; fi
done`

/** Links the usual names to the programs that were asked for. */
export const choosePrograms = async (root: Place, { sudoRs, uutils }: Programs): Promise<void> => {
  if (sudoRs === true) {
    await mustRun(root.enter(['ln', '-sf', `${rust}/sudo`, '/usr/bin/sudo']))
    await mustRun(root.enter(['ln', '-sf', `${rust}/visudo`, '/usr/sbin/visudo']))
  }
  if (uutils === true) await mustRun(root.enter(['sh', '-ec', uutilsScript, 'uutils', `${rust}/coreutils`]))
}
