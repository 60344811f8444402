import { useQuery } from '@tanstack/react-query'
import { api, ask, type Entry } from './client'
import { keys } from './keys'

/** The entries of a dictionary in their order, retired ones too. */
export function useEntries(dictionary: Entry['dictionary'], enabled = true) {
  return useQuery({
    queryKey: keys.dictionaries.one(dictionary),
    queryFn: async () => (await ask(api.GET('/api/v1/dictionaries/{dictionary}', { params: { path: { dictionary } } }))).items,
    staleTime: 60_000,
    enabled,
  })
}
