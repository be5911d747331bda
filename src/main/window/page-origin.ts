/** The page's own origin. A scheme of its own, because pages under file:// may read each other. */
export const pageScheme = 'app'
export const pageHost = 'panel'
export const pageOrigin = `${pageScheme}://${pageHost}`
