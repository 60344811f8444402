import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, ask, type Call } from '../api/client'
import { keys } from '../api/keys'

/** The newest calls, or of them those that were not answered. */
export function useRecentCalls(notAnswered: boolean) {
  return useQuery({
    queryKey: keys.calls.recent(notAnswered),
    queryFn: async (): Promise<Call[]> =>
      (await ask(api.GET('/api/v1/calls', { params: { query: { limit: 12, not_answered: notAnswered || undefined } } }))).items,
    placeholderData: keepPreviousData,
  })
}
