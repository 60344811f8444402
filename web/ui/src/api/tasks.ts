import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'
import { keys } from './keys'

/** How many open tasks I have; events renew it, time makes some of them late. */
export function useMyTasks() {
  return useQuery({
    queryKey: keys.tasks.mine,
    queryFn: async () => {
      const { open, late } = await ask(api.GET('/api/v1/tasks', { params: { query: { mine: true, limit: 1 } } }))
      return { open, late }
    },
    refetchInterval: 60_000,
  })
}

/** What I have to do next; events renew it, time brings what is due. */
export function useWorklist() {
  return useQuery({
    queryKey: keys.worklist,
    queryFn: () => ask(api.GET('/api/v1/worklist')),
    refetchInterval: 60_000,
  })
}
