/**
 * SHA-256 of every seccomp profile that a version of this program has given its containers, as Docker keeps its text. The
 * text is compared and not its meaning: Docker reads names of keys in any case, and the last of several.
 */
const shippedProfiles: ReadonlySet<string> = new Set([
  'de364d8198036955cd90e6457f54455b5e82e01fbebcb3a56783da32fa28bc30',
  // With sends that begin no connection.
  '253f89a7f889fc645de72de6f05e16477ed0c525c02b9cb1ad4fa3e24e692d6b',
  // With pairs of sockets of unix(7) only.
  'add45794b6dbfa99b3ec0ac41318f10b5cec77d3a71da11edde31044a2024433',
])

/** Whether a version of this program has made such a profile. */
export const isShippedProfile = (digest: string): boolean => shippedProfiles.has(digest)
