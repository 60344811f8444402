import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Failure } from '../api/client'
import { keys } from '../api/keys'

/** What the contact that stays would be with each of the others. */
export function usePreviews(stays: string, others: string[]) {
  return useQueries({
    queries: others.map((other) => ({
      queryKey: keys.merges.of(stays, other),
      queryFn: () => ask(api.GET('/api/v1/contacts/{id}/merge', { params: { path: { id: stays }, query: { with: other } } })),
    })),
  })
}

/** A merge as its answer names it. */
export interface Merge {
  stays: string
  others: string[]
  fields: Record<string, string>
}

/** Everything that shows contacts or what belongs to them changes. */
const stale = [keys.duplicates.all, keys.contacts.all, keys.leads.all, keys.anyLead, keys.calls.all, keys.tasks.all, keys.merges.contacts, keys.merges.interactions, keys.merges.all]

export function useMerge() {
  const queries = useQueryClient()
  return useMutation<{ id: string }, Failure, Merge>({
    mutationFn: ({ stays, others: [first, ...more], fields }) =>
      ask(api.POST('/api/v1/contacts/{id}/merge', { params: { path: { id: stays } }, body: { with: first!, others: more, fields } })),
    onSuccess: () => Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}

export function useUndoMerge() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.POST('/api/v1/merges/{id}/undo', { params: { path: { id } } })),
    onSuccess: () => Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}

/** Contacts that a text finds, to choose from. */
export function useFoundContacts(q: string) {
  return useQuery({
    queryKey: keys.contacts.list({ q, merge: true }),
    queryFn: async () => (await ask(api.GET('/api/v1/contacts', { params: { query: { q, limit: 8 } } }))).items,
    enabled: q.trim().length > 1,
  })
}
