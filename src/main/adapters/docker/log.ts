/** Characters of a log that are kept, from its end; our containers' logs have 100 KB. */
const mostText = 1024 * 1024

/**
 * The text of a container's log as Docker sends it: frames of 8 bytes of head (stream 1 or 2, three zeros, the length as
 * a big-endian number) and the output. Sample: `01 00 00 00 00 00 00 06 h e l l o \n`.
 * Control characters but the line break, and changes of the writing direction, are taken out: the log is the tenant's to
 * fill.
 */
export function parseDockerLog(data: Uint8Array): string {
  const decoder = new TextDecoder()
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let text = ''
  for (let at = 0; at + 8 <= data.byteLength; ) {
    const length = view.getUint32(at + 4)
    text += decoder.decode(data.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return text.slice(-mostText).replaceAll(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, '')
}
