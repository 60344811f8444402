import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { keys } from './keys'

/** The values that filters of lists offer, read again with each visit of a list. */
export function useChoices() {
  return useQuery({
    queryKey: keys.choices,
    queryFn: () => ask(api.GET('/api/v1/choices')),
    staleTime: 5 * 60_000,
    refetchOnMount: 'always',
  })
}
