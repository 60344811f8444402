import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Board, type Column, type Failure, type Lead, type Sum } from '../api/client'
import { keys } from '../api/keys'
import { pageSize } from '../api/retry'
import type { LeadPatch, LeadQuery } from './queries'

/** The filters of a board: those of the list, without what its columns decide. */
export function boardQuery({ order, stage_id: _, ...query }: LeadQuery) {
  return { ...query, order: order === 'oldest' ? order : undefined }
}

type BoardQuery = ReturnType<typeof boardQuery>

export function useBoard(query: BoardQuery) {
  return useQuery({
    queryKey: keys.leads.board(query),
    queryFn: () => ask(api.GET('/api/v1/leads/board', { params: { query } })),
    placeholderData: keepPreviousData,
  })
}

/** The leads of a column after those of the board. */
export function useColumnRest(query: BoardQuery, column: Column, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keys.leads.column({ ...query, stage: column.stage_id, next: column.next }),
    queryFn: ({ pageParam: cursor }) => ask(api.GET('/api/v1/leads', { params: { query: { ...query, stage_id: column.stage_id, cursor, limit: pageSize } } })),
    initialPageParam: column.next,
    getNextPageParam: (last) => last.next || undefined,
    enabled,
  })
}

/** Moves a lead on a board at once; if the hub refuses, the card returns to its place. */
export function useMoveOnBoard(query: BoardQuery) {
  const queries = useQueryClient()
  const key = keys.leads.board(query)
  return useMutation<Lead, Failure, { lead: Lead; to: string; body?: LeadPatch }, Board | undefined>({
    mutationFn: ({ lead, to, body }) => ask(api.PATCH('/api/v1/leads/{id}', { params: { path: { id: lead.id } }, body: { ...body, stage_id: to } })),
    onMutate: async ({ lead, to }) => {
      await queries.cancelQueries({ queryKey: key })
      const before = queries.getQueryData<Board>(key)
      if (before) queries.setQueryData<Board>(key, moved(before, lead, to))
      return before
    },
    onError: (_, __, before) => before && queries.setQueryData(key, before),
    onSettled: (_, __, { lead }) => {
      for (const queryKey of [keys.leads.all, keys.lead(lead.id), keys.leadHistory(lead.id)]) void queries.invalidateQueries({ queryKey })
    },
  })
}

/** A board after a lead was moved to the top of a column. */
export function moved(board: Board, lead: Lead, to: string): Board {
  return {
    ...board,
    columns: board.columns.map((c) => {
      if (c.stage_id === lead.stage_id)
        return { ...c, count: Math.max(0, c.count - 1), sums: added(c.sums, lead, -1), leads: c.leads.filter((l) => l.id !== lead.id) }
      if (c.stage_id === to) return { ...c, count: c.count + 1, sums: added(c.sums, lead, 1), leads: [{ ...lead, stage_id: to, staged: new Date().toISOString() }, ...c.leads] }
      return c
    }),
  }
}

/** Sums with a lead added or taken away; the hub says what they are weighted. */
function added(sums: readonly Sum[], { amount = 0, currency }: Lead, sign: 1 | -1): Sum[] {
  if (!amount || !currency) return [...sums]
  const rest = sums.filter((s) => s.currency !== currency)
  const was = sums.find((s) => s.currency === currency) ?? { currency, amount: 0, weighted: 0 }
  const now = { ...was, amount: was.amount + sign * amount }
  return now.amount > 0 ? [...rest, now].sort((a, b) => a.currency.localeCompare(b.currency)) : rest
}
