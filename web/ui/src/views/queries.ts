import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Audience, type Failure, type View, type ViewList } from '../api/client'
import { keys } from '../api/keys'

/** The views of a list that I find. */
export function useViews(list: ViewList) {
  return useQuery({
    queryKey: keys.views,
    queryFn: async () => (await ask(api.GET('/api/v1/views'))).items,
    staleTime: 60_000,
    select: (all) => all.filter((v) => v.list === list),
  })
}

export type ViewDraft = { name: string; query?: string; audience: Audience; team: string }

/** Saves a new view, or changes the one with the id. */
export function useSaveView(list: ViewList, id?: string) {
  const queries = useQueryClient()
  return useMutation<View, Failure, ViewDraft>({
    mutationFn: (draft) =>
      id
        ? ask(api.PATCH('/api/v1/views/{id}', { params: { path: { id } }, body: draft }))
        : ask(api.POST('/api/v1/views', { body: { ...draft, list, query: draft.query ?? '' } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.views }),
  })
}

export function useDeleteView(id: string) {
  const queries = useQueryClient()
  return useMutation<unknown, Failure>({
    mutationFn: () => ask(api.DELETE('/api/v1/views/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.views }),
  })
}
