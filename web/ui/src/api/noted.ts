import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query'

/** A list that this tab keeps in its cache and nobody else has: reading everything anew leaves it, signing out forgets it. */
export function useNoted<T>(queryKey: QueryKey): [T[], (change: (was: T[]) => T[]) => void] {
  const queries = useQueryClient()
  const { data } = useQuery<T[]>({ queryKey, queryFn: () => [], enabled: false, gcTime: Infinity })
  return [data ?? [], (change) => queries.setQueryData<T[]>(queryKey, (was = []) => change(was))]
}
