/** A tenant's name for a command in a sentence, which people paste into a shell; `NAME` where it would not be one word. */
export const renderShellName = (name: string): string => (/^[\w.@+-]+$/.test(name) ? name : 'NAME')
