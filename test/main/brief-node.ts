/**
 * Flags of Node for programs that end within seconds. Optimised code does not pay there, nor do threads of the collector:
 * together a fifth of the processor's time that a command takes.
 */
export const briefly: readonly string[] = ['--no-opt', '--single-threaded-gc']
