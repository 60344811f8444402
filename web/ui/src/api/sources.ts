import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { keys } from './keys'

export function useSources() {
  return useQuery({
    queryKey: keys.sources,
    queryFn: async () => (await ask(api.GET('/api/v1/sources'))).items,
    refetchInterval: 10_000,
  })
}
