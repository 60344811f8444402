import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Failure, type Task, type TaskOutcome, type TaskState } from '../api/client'
import { keys } from '../api/keys'
import { useLongList } from '../api/list'
import { pageSize } from '../api/retry'

export interface TaskQuery {
  state?: TaskState
  mine?: boolean
  since?: string
  until?: string
  order?: 'newest' | 'oldest'
}

export function useTasks(query: TaskQuery) {
  return useLongList(keys.tasks.list(query), (cursor) => ask(api.GET('/api/v1/tasks', { params: { query: { ...query, cursor, limit: pageSize } } })))
}

export type TaskChange =
  | { do: 'take' }
  | { do: 'reassign'; owner_id: string }
  | { do: 'done'; outcome: Extract<TaskOutcome, 'reached' | 'unreachable' | 'not_needed'>; comment?: string }

export function useChangeTask(id: string) {
  const queries = useQueryClient()
  const params = { path: { id } }
  return useMutation<Task, Failure, TaskChange>({
    mutationFn: (c) => {
      switch (c.do) {
        case 'take':
          return ask(api.POST('/api/v1/tasks/{id}/take', { params }))
        case 'reassign':
          return ask(api.POST('/api/v1/tasks/{id}/reassign', { params, body: { owner_id: c.owner_id } }))
        case 'done':
          return ask(api.POST('/api/v1/tasks/{id}/done', { params, body: { outcome: c.outcome, comment: c.comment } }))
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tasks.all }),
  })
}

/** Calls of the last days that were not answered, today being the first. */
export function useNotAnswered(days: number) {
  return useQuery({
    queryKey: keys.tasks.notAnswered(days),
    queryFn: () => {
      const from = new Date()
      from.setHours(0, 0, 0, 0)
      from.setDate(from.getDate() - days + 1)
      return ask(api.GET('/api/v1/reports/not-answered', { params: { query: { from: from.toISOString() } } }))
    },
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  })
}
