import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type DuplicateCode, type Failure } from './client'
import { keys } from './keys'
import { useLongList } from './list'
import { pageSize } from './retry'

/** They are found in the background, without an event. */
const every = 60_000

/** Pairs of contacts that are perhaps one person, the surest first. */
export function usePairs(reason: DuplicateCode | undefined) {
  return useLongList(keys.duplicates.list({ reason }), async (cursor) => {
    const page = await ask(api.GET('/api/v1/duplicates', { params: { query: { reason, cursor, limit: pageSize } } }))
    return { ...page, items: page.items.map((p) => ({ ...p, id: p.contacts.map((c) => c.id).join('+') })) }
  })
}

/** How many pairs wait for a decision. */
export function useDuplicateCount(): number | undefined {
  return useQuery({
    queryKey: keys.duplicates.count,
    queryFn: async () => (await ask(api.GET('/api/v1/duplicates', { params: { query: { limit: 1 } } }))).count,
    refetchInterval: every,
  }).data
}

/** The contacts that are perhaps the same person as one. */
export function useDuplicatesOf(id: string) {
  return useQuery({
    queryKey: keys.duplicates.of(id),
    queryFn: async () => (await ask(api.GET('/api/v1/contacts/{id}/duplicates', { params: { path: { id } } }))).items,
    refetchInterval: every,
  })
}

/** Stores that two contacts are not the same, or takes that back. */
export function useDecideDuplicate() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, { a: string; b: string; same: boolean }>({
    mutationFn: ({ a, b, same }) => {
      const body = { contact_id: a, other_id: b }
      return ask(same ? api.POST('/api/v1/duplicates/restore', { body }) : api.POST('/api/v1/duplicates/dismiss', { body }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.duplicates.all }),
  })
}
