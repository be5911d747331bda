import type { Namespace } from '../namespace.ts'
import { mustRun } from '../run.ts'

/** Where something can be run: a namespace, or a root folder in one. */
export type Place = Pick<Namespace, 'enter'>

/** The root of a host that is not up, with everything that was written to it. */
export interface LayeredRoot extends Place {
  /** Within the namespace. */
  readonly path: string
  /** Folders beside the root that hosts see in it: Docker wants a file system that can be the base of an overlay. */
  readonly binds: readonly { readonly from: string; readonly to: string }[]
}

/** In the namespace's own /run, which is in memory and ends with it. */
const folder = '/run/live'

const ownFolders = ['/var/lib/docker', '/var/lib/containerd']

/** Lays a layer of the host's own over a root that is not to be changed; it stays while the namespace does. */
export const layerRoot = async (namespace: Namespace, lower: string): Promise<LayeredRoot> => {
  const inNamespace = (argv: readonly string[]): Promise<string> => mustRun(namespace.enter(argv))
  const path = `${folder}/root`
  const layers = `lowerdir=${lower},upperdir=${folder}/upper,workdir=${folder}/work`
  await inNamespace(['mkdir', '-p', path, `${folder}/upper`, `${folder}/work`])
  await inNamespace(['mount', '-t', 'overlay', 'overlay', '-o', layers, path])
  const binds = ownFolders.map((to) => ({ from: folder + to, to }))
  await inNamespace(['mkdir', '-p', '-m', '711', ...binds.map(({ from }) => from)])
  return { path, binds, enter: (argv) => namespace.enter(['chroot', path, ...argv]) }
}
