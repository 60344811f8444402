import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { keys } from './keys'

export function useLead(id: string | undefined, enabled = true) {
  return useQuery({
    queryKey: keys.lead(id),
    queryFn: () => ask(api.GET('/api/v1/leads/{id}', { params: { path: { id: id! } } })),
    enabled: !!id && enabled,
  })
}
