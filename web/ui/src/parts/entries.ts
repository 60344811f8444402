import type { Entry } from '../api/client'
import { useEntries } from '../api/dictionaries'
import { useSettings } from '../settings'

/** The entries of a dictionary that are offered, with their names for the reader. */
export function useNamedEntries(dictionary: Entry['dictionary'], fits: (e: Entry) => boolean = (e) => !e.retired, enabled = true): { id: string; name: string }[] {
  const { lang } = useSettings()
  const entries = useEntries(dictionary, enabled)
  return (entries.data ?? []).filter(fits).map((e) => ({ id: e.id, name: e.names[lang] }))
}

/** A lead's refusal, in the reader's language if it is an entry of the dictionary. */
export function useRefusal(refusal: string | undefined): string {
  const { lang } = useSettings()
  const entries = useEntries('refusal', !!refusal)
  return entries.data?.find((e) => e.names.en === refusal || e.names.ru === refusal)?.names[lang] ?? refusal ?? ''
}
