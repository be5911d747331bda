/** An answer of Docker that cannot be used; `message` says why, as a clause without a full stop. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer'
}
