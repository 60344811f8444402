import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { keys } from './keys'

export function useUsers() {
  return useQuery({
    queryKey: keys.users,
    queryFn: async () => (await ask(api.GET('/api/v1/users', { params: { query: { limit: 200 } } }))).items,
    staleTime: 5 * 60_000,
  })
}

/** Presence of all users for supervisors, of my team for others. */
export function useSeats(enabled = true) {
  return useQuery({
    queryKey: keys.seats,
    queryFn: async () => (await ask(api.GET('/api/v1/presence'))).items,
    refetchInterval: 60_000, // shifts begin and end without an event
    enabled,
  })
}
