import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, type Failure, type Pipeline, type StageEdit } from '../api/client'
import { guarded } from '../api/guard'
import { keys } from '../api/keys'

/** What is changed of a pipeline; stages are all of them in their order. */
export interface PipelinePatch {
  name?: string
  currency?: string
  position?: number
  takes_new?: boolean
  takes_repeat?: boolean
  retired?: boolean
  stages?: StageEdit[]
  moves?: Record<string, string>
}

function useStale() {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of [keys.pipelines, keys.leads.all, keys.anyLead]) void queries.invalidateQueries({ queryKey })
  }
}

/** Changes a pipeline, unless a colleague changed what was shown since. */
export function useSavePipeline(id: string, shown?: Pipeline) {
  const stale = useStale()
  const path = { id }
  const read = () => ask(api.GET('/api/v1/pipelines/{id}', { params: { path } }))
  return useMutation<Pipeline, Failure, PipelinePatch>({
    mutationFn: (body) => {
      const send = (header: { 'If-Match'?: string }) => ask(api.PATCH('/api/v1/pipelines/{id}', { params: { path, header }, body }))
      const fields = shown && { names: shown.names, stages: shown.stages, currency: shown.currency, takes_new: shown.takes_new, takes_repeat: shown.takes_repeat }
      return fields ? guarded(`/api/v1/pipelines/${id}`, { tag: '"none"', fields }, send, read) : send({})
    },
    onSuccess: stale,
  })
}

export function useCreatePipeline() {
  const stale = useStale()
  return useMutation<Pipeline, Failure, { name: string; stages: StageEdit[] }>({
    mutationFn: (body) => ask(api.POST('/api/v1/pipelines', { body })),
    onSuccess: stale,
  })
}

/** Retires a pipeline; its open leads go to a stage of another one. */
export function useRetirePipeline(id: string) {
  const stale = useStale()
  return useMutation<unknown, Failure, string>({
    mutationFn: (move_to) => ask(api.DELETE('/api/v1/pipelines/{id}', { params: { path: { id }, query: { move_to: move_to || undefined } } })),
    onSuccess: stale,
  })
}
