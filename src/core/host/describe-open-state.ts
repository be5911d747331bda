/** That others than root can change a folder or file of the helper's state, and what to do, as sentence and advice. */
export function describeOpenState(host: string, path: string): [sentence: string, advice: string] {
  return [
    `${path} on ${host} can be changed by others than root, who could let in anybody: the helper lets in nobody more, and takes access away as before.`,
    `Look at the allowlist of each tenant on ${host} and take away what you did not allow. Then run there: \`sudo chown root: ${path}\` and \`sudo chmod go-w ${path}\`.`,
  ]
}
