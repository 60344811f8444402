import type { QueryClient } from '@tanstack/react-query'
import type { Task } from '../api/client'
import { keys } from '../api/keys'
import { useNoted } from '../api/noted'

/** Notes a task that reminds me, or one that does no more. */
export function noteReminder(queries: QueryClient, task: Task, reminds: boolean) {
  queries.setQueryData<Task[]>(keys.reminders, (was = []) => [...was.filter((t) => t.id !== task.id), ...(reminds ? [task] : [])])
}

/** My tasks whose time has come while this page was open, and how to forget one. */
export function useReminders() {
  const [reminders, change] = useNoted<Task>(keys.reminders)
  const forget = (id: string) => change((was) => was.filter((t) => t.id !== id))
  return { reminders, forget }
}
