import type { CustomField, FieldValue } from '../api/client'
import { type FieldObject, useFieldsOf } from '../api/fields'
import { Value } from './value'
import './fields.css'

/** How many fields a list shows at most: the first ones. */
const most = 5

/** The fields that the list of an object shows. */
export const useColumns = (object: FieldObject) => useFieldsOf(object).filter((f) => f.listed && !f.retired).slice(0, most)

export function FieldHeads({ columns }: { columns: readonly CustomField[] }) {
  return columns.map((f) => (
    <th key={f.id} scope="col" className="cell-field">
      {f.name}
    </th>
  ))
}

/** What a record has in these fields. */
export function FieldCells({ columns, values = {} }: { columns: readonly CustomField[]; values?: Readonly<Record<string, FieldValue>> }) {
  return columns.map((f) => (
    <td key={f.id} className="cell-field" data-column={f.id}>
      {values[f.id] !== undefined && <Value still field={f} value={values[f.id]!} />}
    </td>
  ))
}
