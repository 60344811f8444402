import { useQuery } from '@tanstack/react-query'
import { api, ask, Failure, type Pipeline, type PipelineStage } from './client'
import { keys } from './keys'

/** All pipelines with their stages, retired ones too. */
export function usePipelines() {
  return useQuery({
    queryKey: keys.pipelines,
    queryFn: async () => (await ask(api.GET('/api/v1/pipelines'))).items,
    staleTime: 60_000,
  })
}

/** A stage by its id, with its pipeline. */
export function stageIn(pipelines: readonly Pipeline[] | undefined, id: string): { pipeline: Pipeline; stage: PipelineStage } | undefined {
  for (const pipeline of pipelines ?? []) {
    const stage = pipeline.stages.find((s) => s.id === id)
    if (stage) return { pipeline, stage }
  }
  return undefined
}

/** The stages to which a lead can be moved. */
export const stagesInUse = (p: Pipeline) => (p.retired ? [] : p.stages.filter((s) => !s.retired))

/** What a stage lacks, if that is why a change was refused: names of fields, and "fields.<code>" of custom ones. */
export function lacking(error: unknown): string[] {
  if (!(error instanceof Failure) || error.problem?.reason !== 'stage_needs') return []
  return (error.problem.value ?? '').split(',').filter(Boolean)
}
