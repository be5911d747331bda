/** The closers of the parts of something; the last part opened is closed first. */
export interface Closers {
  push(...closers: (() => Promise<unknown>)[]): void
  close(): Promise<void>
}

/** Opens something of several parts; when one of them fails, those before it are closed. */
export async function openAll<T>(open: (closers: Closers) => Promise<T>): Promise<T> {
  const opened: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).reverse()) await step()
  }
  try {
    return await open({ push: (...closers) => void opened.push(...closers), close })
  } catch (error) {
    await close()
    throw error
  }
}
