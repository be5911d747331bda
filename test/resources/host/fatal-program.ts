import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'

/**
 * The fate of a call of the program. `before`, `half`, `after`: the caller is killed by SIGKILL, and of its input
 * nothing, the first line or all of it was done. `late`: killed at once, and the program goes on by itself when it is
 * let go. `refused`: the program fails, and nobody is killed. `held`: nothing is done before it is let go. `stopped`:
 * the caller is stopped by SIGSTOP.
 */
export type Fate = 'before' | 'half' | 'after' | 'late' | 'refused' | 'held' | 'stopped'

const folder = '/run/fatal'

/** Takes the place of a program; its fates are lines of a file, one for each call that has `words` among its arguments. */
const wrapper = (name: string, path: string, words: string) => `#!/bin/bash
call() { (exec -a ${name} ${path} "$@"); }
if [[ " $* " != *" ${words} "* || ! -s ${folder}/${name} ]]; then call "$@"; exit; fi
read -r fate < ${folder}/${name}
sed -i 1d ${folder}/${name}
input=$(cat)
case $fate in
  half) head -n 1 <<< "$input" | call "$@" ;;
  after) call "$@" <<< "$input" ;;
  refused) echo 'refused by the test' >&2; exit 1 ;;
  held)
    touch ${folder}/held
    until [[ -e ${folder}/go ]]; do sleep 0.02; done
    rm ${folder}/go
    call "$@" <<< "$input"
    exit ;;
  stopped) kill -STOP $PPID; call "$@" <<< "$input"; exit ;;
esac
kill -9 $PPID
if [[ $fate == late ]]; then
  until [[ -e ${folder}/go ]]; do sleep 0.02; done
  call "$@" <<< "$input"
fi
`

export interface FatalProgram {
  /** Decides on the next calls, one after the other; later ones are as usual. */
  next(...fates: readonly Fate[]): Promise<void>
  /** Lets go what is late or held: one call. */
  letGo(): Promise<void>
  /** Whether a call is held; forgotten once it was asked. */
  isHeld(): Promise<boolean>
}

/** Puts a program in the place of a host's `/usr/sbin/NAME` that ends its caller when it is told to. */
export async function installFatalProgram(
  host: HostNamespace,
  name: string,
  words: string,
): Promise<FatalProgram> {
  const place = `/usr/sbin/${name}`
  const found = (await host.exec(['readlink', '-f', place])).stdout.trim()
  const original = found === place ? `${place}.original` : found
  await host.exec(['cp', '--no-clobber', found, original])
  await host.exec(['rm', place])
  await host.exec(['mkdir', '-p', folder])
  await writeHostFile(host.namespace, place, wrapper(name, original, words), { mode: '755' })
  return {
    next: (...fates) => writeHostFile(host.namespace, `${folder}/${name}`, `${fates.join('\n')}\n`),
    isHeld: async () => (await host.exec(['rm', `${folder}/held`])).status === 0,
    letGo: () => host.exec(['touch', `${folder}/go`]).then(() => undefined),
  }
}
