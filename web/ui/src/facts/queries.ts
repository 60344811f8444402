import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Entry, type Facts, Failure, type FieldChanges, type FieldValues, type Interaction, type RequiredFacts, tagOf } from '../api/client'
import { guarded } from '../api/guard'
import { keys } from '../api/keys'
import { pageSize } from '../api/retry'

export type FactsBody = Partial<Record<'nature' | 'subject' | 'summary' | 'outcome' | 'decision', string>>

/** Writes facts of an interaction, one request after the other; `seen` are their values that the user saw. */
export function useWriteFacts(id: string) {
  const queries = useQueryClient()
  const url = `/api/v1/interactions/${id}`
  const path = { id }
  const store = (i: Interaction): Facts => {
    queries.setQueryData(keys.interaction(id), i)
    return i.facts!
  }
  return useMutation<Facts, Failure, { body: FactsBody; seen: FactsBody }>({
    scope: { id: `facts ${id}` },
    mutationFn: ({ body, seen }) =>
      guarded(
        url,
        { tag: tagOf(url), fields: seen },
        async (header) => store(await ask(api.PATCH('/api/v1/interactions/{id}', { params: { path, header }, body }))),
        async () => store(await ask(api.GET('/api/v1/interactions/{id}', { params: { path } }))),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.facts.history(id) })
      void queries.invalidateQueries({ queryKey: keys.facts.missing })
    },
  })
}

/** Writes custom fields of an interaction; `seen` are their values that the user saw. */
export function useWriteFields(id: string) {
  const queries = useQueryClient()
  const url = `/api/v1/interactions/${id}`
  const path = { id }
  const store = (i: Interaction) => {
    queries.setQueryData(keys.interaction(id), i)
    return i
  }
  return useMutation<Interaction, Failure, { fields: FieldChanges; seen: FieldValues }>({
    scope: { id: `facts ${id}` },
    mutationFn: ({ fields, seen }) =>
      guarded(
        url,
        { tag: tagOf(url), fields: { fields: seen } },
        async (header) => store(await ask(api.PATCH('/api/v1/interactions/{id}', { params: { path, header }, body: { fields } }))),
        async () => store(await ask(api.GET('/api/v1/interactions/{id}', { params: { path } }))),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keys.facts.history(id) }),
  })
}

export function useHistory(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.facts.history(id),
    queryFn: async () => (await ask(api.GET('/api/v1/interactions/{id}/history', { params: { path: { id } } }))).items,
    enabled,
  })
}

/** My interactions that lack a required fact, of all for supervisors. */
export function useLacking() {
  return useInfiniteQuery({
    queryKey: keys.facts.missing,
    queryFn: ({ pageParam: cursor }) => ask(api.GET('/api/v1/interactions', { params: { query: { facts: 'missing', cursor, limit: pageSize } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
  })
}

export function useLackingCount(): number | undefined {
  return useQuery({
    queryKey: keys.facts.missingCount,
    queryFn: async () => (await ask(api.GET('/api/v1/interactions', { params: { query: { facts: 'missing', limit: 1 } } }))).missing ?? 0,
    refetchInterval: 60_000,
  }).data
}

type ByHand = {
  contact_id: string
  lead_id?: string
  channel: string
  direction?: string
  at?: string
  text: string
  nature?: string
  outcome?: string
  attachments?: string[]
  key: string
}

export function useRegister() {
  const queries = useQueryClient()
  return useMutation<Interaction, Failure, ByHand>({
    mutationFn: (body) => ask(api.POST('/api/v1/interactions', { params: {}, body })),
    onSuccess: (i, { contact_id }) => {
      void queries.invalidateQueries({ queryKey: keys.interactions.all(contact_id) })
      if (i.lead_id) void queries.invalidateQueries({ queryKey: keys.lead(i.lead_id) })
    },
  })
}

type EntryBody = { name?: string; channel?: string; direction?: string; position?: number; retired?: boolean }

/** Adds an entry, or changes the one with an id. */
export function usePutEntry(dictionary: Entry['dictionary']) {
  const queries = useQueryClient()
  return useMutation<Entry, Failure, { id?: string; body: EntryBody }>({
    mutationFn: ({ id, body }) =>
      id
        ? ask(api.PATCH('/api/v1/dictionaries/{dictionary}/{id}', { params: { path: { dictionary, id } }, body }))
        : ask(api.POST('/api/v1/dictionaries/{dictionary}', { params: { path: { dictionary } }, body: { ...body, name: body.name ?? '' } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.dictionaries.all }),
  })
}

export function useDropEntry(dictionary: Entry['dictionary']) {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.DELETE('/api/v1/dictionaries/{dictionary}/{id}', { params: { path: { dictionary, id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.dictionaries.all }),
  })
}

const requiredPath = '/api/v1/required-facts'

export function useRequired(enabled: boolean) {
  return useQuery({ queryKey: keys.facts.required, queryFn: () => ask(api.GET(requiredPath)), enabled })
}

/** Replaces what is required, unless a colleague changed it since it was read. */
export function useRequire() {
  const queries = useQueryClient()
  return useMutation<RequiredFacts, Failure, RequiredFacts>({
    mutationFn: (body) => ask(api.PUT(requiredPath, { params: { header: { 'If-Match': tagOf(requiredPath) } }, body })),
    onSuccess: (r) => {
      queries.setQueryData(keys.facts.required, r)
      void queries.invalidateQueries({ queryKey: keys.facts.missing })
    },
    onError: () => void queries.invalidateQueries({ queryKey: keys.facts.required }),
  })
}
