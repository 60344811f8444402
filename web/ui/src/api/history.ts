import { api, ask, type HistoryField, type HistoryObject, type Way } from './client'
import { keys } from './keys'
import { useLongList } from './list'
import { pageSize } from './retry'

export interface HistoryQuery {
  object?: HistoryObject
  user_id?: string
  way?: Way
  field?: HistoryField
  since?: string
  until?: string
}

/** The changes of all records, the latest first. */
export function useHistoryOf(query: HistoryQuery) {
  return useLongList(keys.changes(query), (cursor) => ask(api.GET('/api/v1/history', { params: { query: { ...query, cursor, limit: pageSize } } })))
}
