/** Why a program that starts has to wait. @param owner a phrase: `a command (process 4711)` */
export function describeWait(owner: string): string {
  return `Waiting for ${owner}, which uses the store.`
}
