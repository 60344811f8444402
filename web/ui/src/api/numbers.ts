import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { keys } from './keys'

/** Where a number in E.164 is from. It never changes, so it is asked once. */
export function useNumberPlace(number: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.number(number),
    queryFn: () => ask(api.GET('/api/v1/numbers/{number}', { params: { path: { number } } })),
    enabled: enabled && /^\+\d{7,15}$/.test(number),
    staleTime: Infinity,
    refetchInterval: false,
  })
}
