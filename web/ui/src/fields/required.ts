import { type CustomField, Failure, type Pipeline, type PipelineStage } from '../api/client'
import { stagesInUse } from '../api/pipelines'

/** The stages from which a field can be required: those of a deal that goes on, in their order. */
export const stagesOf = (p: Pipeline) => stagesInUse(p).filter((s) => s.kind !== 'lost')

/** Whether a field is required in a stage: it is that from a stage on, in each later open and won one. */
export function isRequired(f: CustomField, at: { pipeline: Pipeline; stage: PipelineStage } | undefined): boolean {
  if (!at || at.stage.kind === 'lost' || f.retired) return false
  const stages = at.pipeline.stages.filter((s) => s.kind !== 'lost')
  const from = stages.findIndex((s) => f.required_from.includes(s.id))
  const here = stages.findIndex((s) => s.id === at.stage.id)
  return from >= 0 && here >= from
}

/** The codes of custom fields among what a stage lacks: "amount,fields.budget" is ["budget"]. */
export const codesAmong = (lacks: readonly string[]) => lacks.filter((l) => l.startsWith('fields.')).map((l) => l.slice('fields.'.length))

/** The code of the field whose value the hub refused; '' for another failure. */
export function wrongField(error: unknown): string {
  const field = error instanceof Failure && error.kind === 'invalid' ? (error.problem?.field ?? '') : ''
  return field.startsWith('fields.') ? field.slice('fields.'.length) : ''
}
