import type { QueryClient } from '@tanstack/react-query'
import type { Dial } from '../api/client'
import { keys } from '../api/keys'

const rank: Record<Dial['state'], number> = { asked: 1, ringing_operator: 2, ringing_customer: 3, talking: 4, ended: 5, failed: 5 }

/** Stores the state of a dial; a late answer or event never moves it back. */
export function withDial(list: readonly Dial[] | undefined, d: Dial): Dial[] {
  const old = list?.find((o) => o.id === d.id)
  if (!list || !old) return [d, ...(list ?? [])].sort((a, b) => b.asked.localeCompare(a.asked))
  return list.map((o) => (o.id === d.id && rank[d.state] >= rank[o.state] ? d : o))
}

/** Stores a dial among those that are shown. */
export function storeDial(queries: QueryClient, d: Dial) {
  queries.setQueryData<Dial[]>(keys.dials, (list) => withDial(list, d))
}
