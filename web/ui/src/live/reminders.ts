import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import type { HubEvent, Task } from '../api/client'
import { keys } from '../api/keys'

/** Notes that the time of a task of mine comes. One that changed or ended since reminds no more. */
export function noteReminder(queries: QueryClient, { task }: HubEvent, me: string, comes: boolean) {
  if (!task) return
  const reminds = comes && task.state === 'open' && task.owner?.id === me
  queries.setQueryData<Task[]>(keys.reminders, (was = []) => [...was.filter((t) => t.id !== task.id), ...(reminds ? [task] : [])])
}

/** My tasks whose time has come while this page was open, and how to forget one. */
export function useReminders() {
  const queries = useQueryClient()
  const { data = [] } = useQuery<Task[]>({ queryKey: keys.reminders, queryFn: () => [], staleTime: Infinity, gcTime: Infinity })
  const forget = (id: string) => queries.setQueryData<Task[]>(keys.reminders, (was = []) => was.filter((t) => t.id !== id))
  return { reminders: data, forget }
}
