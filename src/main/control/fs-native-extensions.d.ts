/** The one call that is used; the package brings no types. */
declare module 'fs-native-extensions' {
  /**
   * Locks `length` bytes from `offset` on, exclusively, or beside others who lock them `shared`; false when another open
   * file holds them.
   */
  export function tryLock(fd: number, offset: number, length: number, options?: { shared: boolean }): boolean
}
