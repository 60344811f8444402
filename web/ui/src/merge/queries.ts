import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Contact, type Failure } from '../api/client'
import { staleWithMerge } from '../api/contacts'
import { keys } from '../api/keys'

/** What the contact that stays would be with the others. */
export function usePreview(stays: string, others: string[]) {
  return useQuery({
    queryKey: keys.mergePreview(stays, others.join(' ')),
    queryFn: () => ask(api.GET('/api/v1/contacts/{id}/merge', { params: { path: { id: stays }, query: { with: others } } })),
    gcTime: 0,
  })
}

/** A merge as its answer names it. */
export interface Merge {
  stays: string
  others: string[]
  fields: Record<string, string>
}

export function useMerge() {
  const queries = useQueryClient()
  return useMutation<{ id: string }, Failure, Merge>({
    mutationFn: ({ stays, others: [first, ...more], fields }) =>
      ask(api.POST('/api/v1/contacts/{id}/merge', { params: { path: { id: stays } }, body: { with: first!, others: more, fields } })),
    onSuccess: () => Promise.all(staleWithMerge.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}

export function useUndoMerge() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.POST('/api/v1/merges/{id}/undo', { params: { path: { id } } })),
    onSuccess: () => Promise.all(staleWithMerge.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}

/** The merges by which a contact grew, the latest first. */
export function useMerges(id: string) {
  return useQuery({
    queryKey: keys.merges(id),
    queryFn: async () => (await ask(api.GET('/api/v1/contacts/{id}/merges', { params: { path: { id } } }))).items,
  })
}

/** Makes a contact of some identities of another one. */
export function useSplit(id: string) {
  const queries = useQueryClient()
  return useMutation<Contact, Failure, { identities: Contact['identities']; name: string }>({
    mutationFn: (body) => ask(api.POST('/api/v1/contacts/{id}/split', { params: { path: { id } }, body })),
    onSuccess: () => Promise.all(staleWithMerge.map((queryKey) => queries.invalidateQueries({ queryKey }))),
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
