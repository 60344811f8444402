import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, type CustomField, type Failure, type FieldKind } from '../api/client'
import type { FieldObject } from '../api/fields'
import { keys } from '../api/keys'

/** What can be changed of a custom field. Choices are all of them in their order. */
export interface FieldPatch {
  name?: string
  position?: number
  pipelines?: string[]
  required_from?: string[]
  remind_days?: number
  listed?: boolean
  retired?: boolean
  choices?: { id?: string; name: string; retired?: boolean }[]
}

export type NewField = FieldPatch & { id?: string; object: FieldObject; kind: FieldKind; name: string }

function useStale() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: keys.fields })
  }
}

export function useCreateField(onDone: () => void) {
  const stale = useStale()
  return useMutation<CustomField, Failure, NewField>({
    mutationFn: (body) => ask(api.POST('/api/v1/fields', { body })),
    onSuccess: () => {
      stale()
      onDone()
    },
  })
}

/** Changes custom fields, one request after the other. */
export function useSaveFields(onDone?: () => void) {
  const stale = useStale()
  return useMutation<unknown, Failure, { id: string; body: FieldPatch }[]>({
    mutationFn: async (changes) => {
      for (const { id, body } of changes) await ask(api.PATCH('/api/v1/fields/{id}', { params: { path: { id } }, body }))
    },
    onSuccess: onDone,
    onSettled: stale,
  })
}

export function useDropField() {
  const stale = useStale()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.DELETE('/api/v1/fields/{id}', { params: { path: { id } } })),
    onSettled: stale,
  })
}
