/**
 * Whether a phone of an exchange is among somebody's. "100" is the phone of that
 * number at every exchange, "spb:100" the one at the source "spb" alone.
 */
export const hasPhone = (extensions: readonly string[], source: string, extension: string) =>
  extensions.includes(extension) || extensions.includes(`${source}:${extension}`)
