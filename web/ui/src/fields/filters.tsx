import type { CustomField } from '../api/client'
import { type FieldObject, useFieldsOf } from '../api/fields'
import { useWords } from '../i18n'
import { PickOne, Typed } from '../views/choose'
import { MoreFilters } from '../views/more-filters'
import { ends, fieldFilters, plainNumber, range, withFieldFilter } from './filter-values'
import './fields.css'

/** The filters of a list by its custom fields. */
export function FieldFilters({ object, search, change }: { object: FieldObject; search: URLSearchParams; change: (patch: Record<string, string>) => void }) {
  const set = fieldFilters(search)
  const fields = useFieldsOf(object).filter((f) => !f.retired || set.has(f.id))
  return fields.map((f) => <One key={f.id} field={f} value={set.get(f.id) ?? ''} onChange={(v) => change({ field: withFieldFilter(search, f.id, v) })} />)
}

/** The same behind a button, for a list without other filters that are used now and then. */
export function MoreFieldFilters(props: { object: FieldObject; search: URLSearchParams; change: (patch: Record<string, string>) => void }) {
  if (useFieldsOf(props.object).length === 0) return null
  return (
    <MoreFilters search={props.search} names={['field']}>
      <FieldFilters {...props} />
    </MoreFilters>
  )
}

function One({ field: f, value, onChange }: { field: CustomField; value: string; onChange: (value: string) => void }) {
  const w = useWords()
  const [from, to] = ends(value)
  switch (f.kind) {
    case 'choice':
    case 'choices':
      return <PickOne label={f.name} any={w.views.any} value={value} choices={f.choices.filter((c) => !c.retired || c.id === value)} onChange={onChange} />
    case 'yes_no':
      return <PickOne label={f.name} any={w.views.any} value={value} choices={[{ id: 'yes', name: w.fields.yes }, { id: 'no', name: w.fields.no }]} onChange={onChange} />
    case 'number':
    case 'money':
      return (
        <div className="field-range" role="group" aria-label={f.name}>
          <Typed label={w.fields.from(f.name)} value={from} onChange={(v) => onChange(range(plainNumber(v), to))} />
          <Typed label={w.fields.to} value={to} onChange={(v) => onChange(range(from, plainNumber(v)))} />
        </div>
      )
    case 'date':
      return (
        <div className="field-range" role="group" aria-label={f.name}>
          <Day label={w.fields.from(f.name)} value={from} onChange={(v) => onChange(range(v, to))} />
          <Day label={w.fields.to} value={to} onChange={(v) => onChange(range(from, v))} />
        </div>
      )
  }
  return <Typed label={f.name} value={value} onChange={onChange} />
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <label className="filter">
      <span>{label}</span>
      <input className="input" type="date" value={value} onChange={(e) => onChange(e.target.value)} />
    </label>
  )
}
