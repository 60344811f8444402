/**
 * Whether a phone of an exchange is one of a user's extensions. "100" is the phone
 * of that number at every exchange, "spb:100" the one at the source "spb" only.
 */
export const hasPhone = (extensions: readonly string[], source: string, extension: string) =>
  extensions.includes(extension) || extensions.includes(`${source}:${extension}`)
