import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, ask, type Direction, type Disposition } from '../api/client'
import { keys } from '../api/keys'
import { fullPage } from '../api/page'
import { pageSize } from '../api/retry'

export interface CallQuery {
  direction?: Direction
  disposition?: Disposition
  not_answered?: boolean
  operator_id?: string
  queue?: string
  since?: string
  until?: string
  q?: string
}

export function useCalls(query: CallQuery) {
  return useInfiniteQuery({
    queryKey: keys.calls.list(query),
    queryFn: ({ pageParam }) =>
      fullPage((cursor) => ask(api.GET('/api/v1/calls', { params: { query: { ...query, cursor, limit: pageSize } } })), pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  })
}
