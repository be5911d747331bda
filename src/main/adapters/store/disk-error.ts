/** Reasons for people why a file operation failed, by the file system's codes; those are in errno(3). */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'this user has no access',
  EPERM: 'this user has no access',
  EIO: 'the disk reports an error',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'something else has that name already',
  EISDIR: 'there is a folder in place of the file',
  ENAMETOOLONG: 'the path is too long',
  EFBIG: 'the file would become too big',
  EMFILE: 'too many files are open',
}

/** The code of a failed system call ('ENOSPC'), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Why a file operation failed, as the end of a sentence. */
export function describeDiskError(error: unknown): string {
  const code = errorCode(error)
  if (code !== undefined) return reasons[code] ?? `the system says ${code}`
  return error instanceof Error ? error.message : String(error)
}

/** Details of STORE_UNUSABLE for a failed file operation: a full disk loses nothing and takes changes again later. */
export function describeRefusal(error: unknown): { readonly reason: string; readonly isFull: boolean } {
  return { reason: describeDiskError(error), isFull: isDiskFull(error) }
}

/** Whether a file operation failed because there is no room for what it writes. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}
