import type { CustomField } from '../api/client'
import type { FieldPatch } from './queries'

/** Of what a form has, that which differs from the field as it is stored. */
export function patchOf(f: CustomField, wanted: FieldPatch): FieldPatch {
  const stored: FieldPatch = { ...f, choices: f.choices.map(({ id, name, retired }) => ({ id, name, retired })) }
  const differs = (name: keyof FieldPatch) => JSON.stringify(wanted[name]) !== JSON.stringify(stored[name])
  return Object.fromEntries((Object.keys(wanted) as (keyof FieldPatch)[]).filter(differs).map((name) => [name, wanted[name]]))
}
