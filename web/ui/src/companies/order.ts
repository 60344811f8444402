import type { Contact, Interaction } from '../api/client'

/** People in the order in which one spoke with them last, the latest first; the others behind, as they were. */
export function byTalk<T extends Pick<Contact, 'id'>>(people: readonly T[], interactions: readonly Pick<Interaction, 'contact_id' | 'at'>[]): T[] {
  const last = new Map<string, string>()
  for (const { contact_id, at } of interactions) {
    if (contact_id && at > (last.get(contact_id) ?? '')) last.set(contact_id, at)
  }
  return [...people].sort((a, b) => (last.get(b.id) ?? '').localeCompare(last.get(a.id) ?? ''))
}

const folded = (s: string) => s.toLowerCase().replaceAll('ё', 'е')

/** Whether each typed word begins a word of one of the texts. */
export function fits(typed: string, texts: readonly (string | undefined)[]): boolean {
  const words = texts.flatMap((t) => folded(t ?? '').split(/\s+/))
  return folded(typed.trim())
    .split(/\s+/)
    .every((q) => words.some((word) => word.startsWith(q)))
}
