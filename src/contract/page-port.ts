/**
 * What the page posts to its own window, with one end of a MessageChannel, to be connected to the router; and the name
 * under which the preload passes that port on. Both sides must say the same, so it stands here.
 */
export const pagePortChannel = 'memharbor:port'
