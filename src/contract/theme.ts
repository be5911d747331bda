/** Beside the schemas, because the command line offers these without loading any of those. */
export const themes = ['system', 'light', 'dark'] as const
