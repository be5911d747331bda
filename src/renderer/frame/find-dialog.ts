/** The dialog that has the floor: nothing behind it is reached until it is closed. */
export function findDialog(): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('[role="dialog"][aria-modal="true"]')].at(-1)
}
