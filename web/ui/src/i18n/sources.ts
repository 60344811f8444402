import type { Words } from './en'

/** What people call a source: those of the demo have names, the others are called as they are configured. */
export const sourceName = (w: Words, source: string): string => w.sources.names[source] ?? source
