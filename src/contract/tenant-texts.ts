/**
 * The most bytes of UTF-8 that a panel writes into the notes, tags and labels of one host's tenants together. Each may be
 * three on the wire, where a letter of two bytes is written as `\u0416`: with all else of 10,000 tenants that is within
 * the 64 MiB of a reply, so that no operator writes a host unreadable.
 */
export const mostHostTextBytes = 12_000_000
