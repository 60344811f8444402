import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { keys } from './keys'

export function useInteractions(contact_id: string | undefined, limit: number, enabled = true) {
  return useQuery({
    queryKey: keys.interactions.of(contact_id, limit),
    queryFn: () => ask(api.GET('/api/v1/interactions', { params: { query: { contact_id, limit } } })),
    enabled: !!contact_id && enabled,
  })
}

/** One interaction with the details that lists leave out: the whole text, earlier texts. */
export function useInteraction(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.interaction(id),
    queryFn: () => ask(api.GET('/api/v1/interactions/{id}', { params: { path: { id } } })),
    enabled,
  })
}
