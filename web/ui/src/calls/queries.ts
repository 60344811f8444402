import { api, ask, type CallOrder, type Direction, type Disposition } from '../api/client'
import { keys } from '../api/keys'
import { useLongList } from '../api/list'
import { pageSize } from '../api/retry'

export interface CallQuery {
  direction?: Direction[]
  disposition?: Disposition[]
  not_answered?: boolean
  operator_id?: string[]
  queue?: string[]
  did?: string[]
  company_id?: string
  source?: string[]
  team?: string[]
  utm_source?: string
  talk_ms_min?: number
  wait_ms_min?: number
  recorded?: boolean
  since?: string
  until?: string
  order?: CallOrder
  q?: string
}

export function useCalls(query: CallQuery) {
  return useLongList(keys.calls.list(query), (cursor) => ask(api.GET('/api/v1/calls', { params: { query: { ...query, cursor, limit: pageSize } } })), query.order)
}
