/**
 * The message by which the page hands its own window one end of a MessageChannel, to be connected to the router; also
 * the name under which the preload passes that port on. Both sides need the same text, so it stands here.
 */
export const pagePortChannel = 'memharbor:port'
