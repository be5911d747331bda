/**
 * The page's policy for text that becomes part of the document (Trusted Types). React writes the style sheets of the
 * component library that way. What has no `<` can't become an element, so nothing that came from outside can.
 */
interface TrustedTypes {
  createPolicy(name: string, rules: Record<string, (text: string) => string>): unknown
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }

trustedTypes?.createPolicy('default', {
  createHTML(text) {
    if (text.includes('<')) throw new TypeError('markup from text is refused')
    return text
  },
})
