import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, ask, type Failure, type HandOver } from '../api/client'
import { keys } from '../api/keys'
import { newKey } from '../api/new-key'

export type What = 'leads' | 'contacts' | 'tasks'

export interface HandOverQuery {
  from: string
  to: string[]
  dismiss: boolean
  what?: What[]
  source?: string
  tag?: string
}

/** What a hand-over would do. */
export function useHandOverPreview(query: HandOverQuery) {
  return useQuery({
    queryKey: keys.handOver.of(query),
    queryFn: () => ask(api.POST('/api/v1/handovers', { params: {}, body: { ...query, dry_run: true } })),
    staleTime: 0,
  })
}

/** Hands over once, however often it is sent. */
export function useHandOver() {
  const key = useRef(newKey())
  return useMutation<HandOver, Failure, HandOverQuery>({
    mutationFn: (body) => ask(api.POST('/api/v1/handovers', { params: {}, body: { ...body, key: key.current } })),
  })
}

/** Reads anew who has what; after a dismissal the row with the dialog goes. */
export function useReadOwners() {
  const queries = useQueryClient()
  return () => staleAll(queries)
}

function staleAll(queries: QueryClient) {
  for (const queryKey of [keys.seats, keys.users, keys.leads.all, keys.contacts.all, keys.tasks.all, keys.worklist, keys.handOver.all, keys.substitutes]) void queries.invalidateQueries({ queryKey })
}

/** Who stands in for whom, now and later. */
export function useSubstitutes() {
  return useQuery({
    queryKey: keys.substitutes,
    queryFn: async () => (await ask(api.GET('/api/v1/substitutes'))).items,
    refetchInterval: 60_000, // they begin and end without an event
  })
}

interface NewSubstitute {
  user_id: string
  substitute_id: string
  from: string
  until: string
  keep: boolean
}

export function useSubstitute() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, NewSubstitute>({
    mutationFn: (body) => ask(api.POST('/api/v1/substitutes', { body })),
    onSuccess: () => staleAll(queries),
  })
}

export function useEndSubstitute() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.DELETE('/api/v1/substitutes/{id}', { params: { path: { id } } })),
    onSuccess: () => staleAll(queries),
  })
}
