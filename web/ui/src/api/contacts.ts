import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Contact, type Failure } from './client'
import { useGuard } from './guard'
import { keys } from './keys'

export function useContact(id: string | undefined, enabled = true) {
  return useQuery({
    queryKey: keys.contact(id),
    queryFn: () => ask(api.GET('/api/v1/contacts/{id}', { params: { path: { id: id! } } })),
    enabled: !!id && enabled,
  })
}

/** Changes a contact in a form, with the values that the form began with. */
export function useRename(id: string, began: { name?: string; company?: string }) {
  const queries = useQueryClient()
  const guard = useGuard(`/api/v1/contacts/${id}`, began)
  const path = { id }
  return useMutation<Contact, Failure, { name?: string; company?: string }>({
    mutationFn: (body) =>
      guard(
        (header) => ask(api.PATCH('/api/v1/contacts/{id}', { params: { path, header }, body })),
        async () => {
          const now = await ask(api.GET('/api/v1/contacts/{id}', { params: { path } }))
          queries.setQueryData(keys.contact(id), now)
          return now
        },
      ),
    onSuccess: (contact) => {
      queries.setQueryData(keys.contact(id), contact)
      for (const queryKey of [keys.leads.all, keys.anyLead, keys.calls.all]) void queries.invalidateQueries({ queryKey })
    },
  })
}
