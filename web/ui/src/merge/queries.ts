import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
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

/** Reads again what shows contacts. Nobody waits for it: the callers of a change go on at once. */
function refresh(queries: QueryClient) {
  for (const queryKey of staleWithMerge) void queries.invalidateQueries({ queryKey })
}

/** A merge as its answer names it. */
export interface Merge {
  stays: string
  others: string[]
  fields: Record<string, string>
}

/** Merges contacts. The live event may take away what asked for it before the answer comes: onMerged is called all the same. */
export function useMerge(onMerged: (mergeId: string, merge: Merge) => void) {
  const queries = useQueryClient()
  return useMutation<{ id: string }, Failure, Merge>({
    mutationFn: ({ stays, others: [first, ...more], fields }) =>
      ask(api.POST('/api/v1/contacts/{id}/merge', { params: { path: { id: stays } }, body: { with: first!, others: more, fields } })),
    onSuccess: ({ id }, merge) => {
      refresh(queries)
      onMerged(id, merge)
    },
  })
}

export function useUndoMerge() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.POST('/api/v1/merges/{id}/undo', { params: { path: { id } } })),
    onSuccess: () => refresh(queries),
  })
}

/** The merges by which a contact grew, the latest first. */
export function useMerges(id: string) {
  return useQuery({
    queryKey: keys.merges(id),
    queryFn: async () => (await ask(api.GET('/api/v1/contacts/{id}/merges', { params: { path: { id } } }))).items,
  })
}

/** Makes a contact of some identities of another one; onMade as in useMerge. */
export function useSplit(id: string, onMade: (made: Contact) => void) {
  const queries = useQueryClient()
  return useMutation<Contact, Failure, { identities: Contact['identities']; name: string }>({
    mutationFn: (body) => ask(api.POST('/api/v1/contacts/{id}/split', { params: { path: { id } }, body })),
    onSuccess: (made) => {
      refresh(queries)
      onMade(made)
    },
  })
}

/** People that a text finds, to choose from; lines of companies are none. */
export function useFoundContacts(q: string) {
  return useQuery({
    queryKey: keys.contacts.list({ q, merge: true }),
    queryFn: async () => (await ask(api.GET('/api/v1/contacts', { params: { query: { q, limit: 8 } } }))).items.filter((c) => !c.line),
    enabled: q.trim().length > 1,
  })
}
