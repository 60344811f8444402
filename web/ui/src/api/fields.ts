import { useQuery } from '@tanstack/react-query'
import { api, ask, type CustomField } from './client'
import { keys } from './keys'

export type FieldObject = CustomField['object']

/** All custom fields by object in their order, retired ones too. */
export function useFields() {
  return useQuery({
    queryKey: keys.fields,
    queryFn: async () => (await ask(api.GET('/api/v1/fields'))).items,
    staleTime: 60_000,
  })
}

/** The custom fields of an object in their order, retired ones too; none while they are read. */
export function useFieldsOf(object: FieldObject): readonly CustomField[] {
  return (useFields().data ?? []).filter((f) => f.object === object)
}

/** Whether leads of a pipeline have a field. */
export const inPipeline = (f: CustomField, pipelineId: string | undefined) => f.pipelines.length === 0 || !pipelineId || f.pipelines.includes(pipelineId)
