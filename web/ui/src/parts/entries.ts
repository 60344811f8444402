import type { Entry } from '../api/client'
import { useEntries } from '../api/dictionaries'
import { useSettings } from '../settings'

/** The entries of a dictionary that are offered, with their names for the reader. */
export function useNamedEntries(dictionary: Entry['dictionary'], fits: (e: Entry) => boolean = (e) => !e.retired, enabled = true): { id: string; name: string }[] {
  const { lang } = useSettings()
  const entries = useEntries(dictionary, enabled)
  return (entries.data ?? []).filter(fits).map((e) => ({ id: e.id, name: e.names[lang] }))
}

/** Why a lead was refused: the entry of the dictionary in the reader's language, and what was written besides. */
export function useRefusal(refusal: string | undefined, id?: string): string {
  const { lang } = useSettings()
  const entries = useEntries('refusal', !!refusal)
  const entry = entries.data?.find((e) => e.id === id || e.names.en === refusal || e.names.ru === refusal)
  if (!entry) return refusal ?? ''
  const words = refusal === entry.names.en || refusal === entry.names.ru ? '' : refusal
  return [entry.names[lang], words].filter(Boolean).join(': ')
}
