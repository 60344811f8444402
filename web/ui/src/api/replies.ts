import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Failure, type Reply } from './client'
import { keys } from './keys'

/** Replies to the contact of a lead; kept up to date by events. */
export function useReplies(leadId: string) {
  return useQuery({
    queryKey: keys.replies.of(leadId),
    queryFn: async () => (await ask(api.GET('/api/v1/leads/{id}/replies', { params: { path: { id: leadId } } }))).items,
  })
}

/** Sends a reply again, or dismisses it. */
export function useChangeReply(leadId: string) {
  const queries = useQueryClient()
  return useMutation<Reply, Failure, { id: string; do: 'again' | 'dismiss' }>({
    mutationFn: ({ id, do: what }) => {
      const params = { path: { id } }
      return what === 'again' ? ask(api.POST('/api/v1/replies/{id}/again', { params })) : ask(api.POST('/api/v1/replies/{id}/dismiss', { params }))
    },
    onSuccess: (r) => queries.setQueryData<Reply[]>(keys.replies.of(leadId), (list) => list?.map((o) => (o.id === r.id ? r : o))),
    onError: () => queries.invalidateQueries({ queryKey: keys.replies.of(leadId) }),
  })
}

export function useSignature(enabled = true) {
  return useQuery({ queryKey: keys.signature, queryFn: async () => (await ask(api.GET('/api/v1/me/signature'))).text, enabled })
}
