import { safeStorage } from 'electron'
import type { DesktopCipher } from '../adapters/secrets/vault.ts'

/** The calls that came with Electron 42; the synchronous ones do the same before, and block this process while they do. */
type Asynchronous = Pick<
  typeof safeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'
>

/** Electron's safeStorage, once the program is ready: before that it says that nothing is available. */
export const desktopCipher: DesktopCipher = {
  async isAvailable() {
    return hasAsynchronous(safeStorage)
      ? safeStorage.isAsyncEncryptionAvailable()
      : syncStorage.isEncryptionAvailable()
  },
  backend: () => (process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : ''),
  async encrypt(text) {
    return hasAsynchronous(safeStorage)
      ? safeStorage.encryptStringAsync(text)
      : syncStorage.encryptString(text)
  },
  async decrypt(bytes) {
    return hasAsynchronous(safeStorage)
      ? (await safeStorage.decryptStringAsync(bytes)).result
      : syncStorage.decryptString(bytes)
  },
}

/** Under another name, because what is known of the newer one says that it always has the newer calls. */
const syncStorage: Pick<typeof safeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> =
  safeStorage

function hasAsynchronous(storage: Partial<Asynchronous>): storage is Asynchronous {
  return typeof storage.encryptStringAsync === 'function'
}
