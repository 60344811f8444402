import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Failure, type Invitation, type Link } from './client'

/** How often to look whether the chat was linked while somebody is about to, in ms. */
const look = 2000

/** Messengers in which I can be told; read again and again while `awaited`. */
export function useLinks(awaited: boolean) {
  return useQuery<Link[], Failure>({
    queryKey: ['links'],
    queryFn: async () => (await ask(api.GET('/api/v1/me/links'))).items,
    refetchInterval: awaited ? look : false,
  })
}

export function useMakeLink() {
  return useMutation<Invitation, Failure, string>({
    mutationFn: (name) => ask(api.POST('/api/v1/me/links/{name}', { params: { path: { name } } })),
  })
}

export function useDropLink() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (name) => ask(api.DELETE('/api/v1/me/links/{name}', { params: { path: { name } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['links'] }),
  })
}
