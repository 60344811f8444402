import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Failure, type Lead } from '../api/client'
import { keys } from '../api/keys'

/** Takes a lead into work, for me if nobody has it. */
export function useTakeLead() {
  const queries = useQueryClient()
  return useMutation<Lead, Failure, { id: string; nobodys: boolean }>({
    mutationFn: ({ id, nobodys }) =>
      ask(api.PATCH('/api/v1/leads/{id}', { params: { path: { id } }, body: nobodys ? { manager_id: 'me' } : { status: 'working' } })),
    onSettled: () => {
      for (const queryKey of [keys.worklist, keys.leads.all, keys.anyLead]) void queries.invalidateQueries({ queryKey })
    },
  })
}
