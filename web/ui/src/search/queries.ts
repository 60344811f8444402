import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, ask, type Hit } from '../api/client'
import { keys } from '../api/keys'
import { useNoted } from '../api/noted'

export const hitKinds = ['contact', 'company', 'lead', 'interaction'] as const
export type HitKind = (typeof hitKinds)[number]

/** The hub looks for two letters or digits at least. */
export const isQuery = (typed: string) => (typed.match(/[\p{L}\p{N}]/gu)?.length ?? 0) > 1

/** What the hub finds. A newer question aborts an older one. */
export function useFound(typed: string, limit: number, kind?: HitKind) {
  const query = { q: typed.trim(), limit, kind }
  return useQuery({
    queryKey: keys.search.of(query),
    queryFn: async ({ signal }) => (await ask(api.GET('/api/v1/search', { params: { query }, signal }))).items,
    enabled: isQuery(typed),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    // The hub indexes a record in the second after it is stored.
    refetchInterval: (q) => q.state.data?.length === 0 && 2_000,
  })
}

/** A text once its typing has paused. */
export function usePaused(text: string, ms = 150): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const t = setTimeout(() => setPaused(text), ms)
    return () => clearTimeout(t)
  }, [text, ms])
  return paused
}

const recentMost = 6

/** What I opened from the search in this visit, the newest first; signing out forgets it. */
export function useRecent(): [Hit[], (h: Hit) => void] {
  const [recent, change] = useNoted<Hit>(keys.search.recent)
  const note = (hit: Hit) => change((was) => [hit, ...was.filter((h) => h.id !== hit.id)].slice(0, recentMost))
  return [recent, note]
}

/** The page on which a hit is opened: a message on that of its lead or contact. */
export function addressOf(h: Hit): string {
  if (h.kind === 'lead') return `/leads/${h.id}`
  if (h.kind === 'interaction') return h.lead_id ? `/leads/${h.lead_id}` : `/contacts/${h.contact_id}`
  if (h.kind === 'company') return `/companies/${h.id}`
  return `/contacts/${h.id}`
}
