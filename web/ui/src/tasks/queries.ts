import { keepPreviousData, type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, Failure, type Priority, type Repeat, tagOf, type Task, type TaskOrder, type TaskOutcome, type TaskState } from '../api/client'
import { guarded, isOutdated } from '../api/guard'
import { keys } from '../api/keys'
import { useLongList } from '../api/list'
import { pageSize } from '../api/retry'

export interface TaskQuery {
  state?: TaskState
  mine?: boolean
  since?: string
  until?: string
  order?: TaskOrder
  kind?: string
}

/** What a task is about; nothing for one about no customer. */
export interface About {
  contactId?: string
  leadId?: string
  interactionId?: string
}

export function useTasks(query: TaskQuery) {
  return useLongList(keys.tasks.list(query), (cursor) => ask(api.GET('/api/v1/tasks', { params: { query: { ...query, cursor, limit: pageSize } } })))
}

/** The open tasks of a lead or a contact, the longest overdue first. */
export function useTasksAbout({ contactId, leadId }: About) {
  const query = leadId ? { lead_id: leadId } : { contact_id: contactId }
  return useQuery({
    queryKey: keys.tasks.about(query),
    queryFn: async () => (await ask(api.GET('/api/v1/tasks', { params: { query: { ...query, limit: 50 } } }))).items,
    enabled: !!(leadId || contactId),
  })
}

/** One task; with it the ETag for its change is read. */
export function useTask(id: string) {
  return useQuery({
    queryKey: keys.tasks.one(id),
    queryFn: () => ask(api.GET('/api/v1/tasks/{id}', { params: { path: { id } } })),
    staleTime: 0,
  })
}

/** What the form of a task holds. */
export interface TaskFields {
  kind: string
  title: string
  due: string
  remind: string
  priority: Priority
  repeat: Repeat
  /** "me", a user's id, or "" for the team. */
  owner_id: string
}

export function usePlanTask() {
  const queries = useQueryClient()
  return useMutation<Task, Failure, { fields: TaskFields; about: About; key: string }>({
    mutationFn: ({ fields: { owner_id, remind, ...rest }, about, key }) =>
      ask(
        api.POST('/api/v1/tasks', {
          body: {
            ...rest,
            ...(remind && { remind }),
            ...(owner_id ? { owner_id } : { team: '' }),
            lead_id: about.leadId,
            contact_id: about.leadId ? undefined : about.contactId,
            interaction_id: about.interactionId,
            key,
          },
        }),
      ),
    onSettled: () => renew(queries),
  })
}

/** Changes a task, guarded by the version in the cache of `useTask`. */
export function useEditTask(task: Task) {
  const queries = useQueryClient()
  const url = `/api/v1/tasks/${task.id}`
  const params = { path: { id: task.id } }
  return useMutation<Task, Failure, Partial<Omit<TaskFields, 'kind'>> & { snooze_until?: string }>({
    mutationFn: ({ owner_id, ...body }) =>
      guarded(
        url,
        { tag: tagOf(url), fields: { title: task.title, due: task.due, remind: task.remind } },
        (header) => ask(api.PATCH('/api/v1/tasks/{id}', { params: { ...params, header }, body: { ...body, ...(owner_id === '' ? { team: '' } : owner_id ? { owner_id } : {}) } })),
        () => ask(api.GET('/api/v1/tasks/{id}', { params })),
      ).catch((e: unknown) => {
        throw isOutdated(e) ? new Failure('conflict', e.problem) : e
      }),
    onSettled: () => renew(queries),
  })
}

function renew(queries: QueryClient) {
  for (const queryKey of [keys.tasks.all, keys.worklist, keys.leads.all, keys.anyLead]) void queries.invalidateQueries({ queryKey })
}

export type ByHand = Extract<TaskOutcome, 'reached' | 'unreachable' | 'not_needed' | 'finished'>

export type TaskChange = { do: 'take' } | { do: 'reassign'; owner_id: string } | { do: 'done'; outcome: ByHand; comment?: string }

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
    onSettled: () => renew(queries),
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
