import { type InputHTMLAttributes, type ReactNode, useId } from 'react'
import type { CustomField } from '../api/client'
import { useWords } from '../i18n'
import { Pick } from '../parts/controls'
import { PickMany } from '../views/choose'
import type { Draft } from './draft'
import './fields.css'

/** The choice that clears a field. */
const none = '-'

interface Props {
  field: CustomField
  draft: Draft
  onChange: (d: Draft) => void
  /** It has to be filled in; the name says so. */
  required?: boolean
  /** What was typed is no value of this kind. */
  wrong?: boolean
  autoFocus?: boolean
  onBlur?: () => void
}

/** The input of a custom field, by its kind, with the name above and the remedy below. */
export function FieldInput(props: Props) {
  const { field, wrong } = props
  const w = useWords()
  const fault = useId()
  return (
    <div className="custom-field" data-custom-field={field.id} data-missing={props.required || undefined}>
      <Control {...props} described={wrong ? fault : undefined} />
      {wrong && (
        <p className="refused" role="alert" id={fault}>
          {w.fields.wrong[field.kind]}
        </p>
      )}
    </div>
  )
}

function Control(props: Props & { described?: string }) {
  const { field, draft, onChange } = props
  const w = useWords()
  const label = props.required ? `${field.name} – ${w.fields.needed}` : field.name
  const type = (text: string) => onChange({ ...draft, text })
  const text = (more?: InputHTMLAttributes<HTMLInputElement>) => <Line {...props} label={label} value={draft.text} onType={type} more={more} />
  switch (field.kind) {
    case 'number':
      return text({ inputMode: 'decimal', maxLength: 40 })
    case 'date':
      return text({ type: 'date', min: '0001-01-01', max: '9999-12-31' })
    case 'phone':
      return text({ type: 'tel', maxLength: 40 })
    case 'link':
      return text({ inputMode: 'url', maxLength: 500, placeholder: 'https://' })
    case 'money':
      return (
        <div className="custom-money" role="group" aria-label={label}>
          {text({ inputMode: 'decimal', maxLength: 24 })}
          <label className="field">
            <span>{w.pipelines.currency}</span>
            <input className="input" name={`field-${field.id}-currency`} autoComplete="off" maxLength={3} value={draft.currency} onBlur={props.onBlur} onChange={(e) => onChange({ ...draft, currency: e.target.value })} />
          </label>
        </div>
      )
    case 'choice':
      return <One label={label} value={draft.text} choices={choicesFor(field, draft.text ? [draft.text] : [])} onChange={type} />
    case 'yes_no':
      return <One label={label} value={draft.text} choices={[{ id: 'yes', name: w.fields.yes }, { id: 'no', name: w.fields.no }]} onChange={type} />
    case 'choices':
      return <PickMany label={label} all={w.fields.noneChosen} values={draft.ids} choices={choicesFor(field, draft.ids)} onChange={(ids) => onChange({ ...draft, ids })} />
  }
  return text({ maxLength: 500 })
}

/** The choices that are offered: those in use, and the chosen ones. */
const choicesFor = (f: CustomField, chosen: readonly string[]) => f.choices.filter((c) => !c.retired || chosen.includes(c.id)).map(({ id, name }) => ({ id, name }))

function One({ label, value, choices, onChange }: { label: string; value: string; choices: readonly { id: string; name: string }[]; onChange: (id: string) => void }): ReactNode {
  const w = useWords()
  return (
    <Pick
      label={label}
      hideLabel={false}
      placeholder={w.fields.noneChosen}
      disabled={choices.length === 0}
      value={value}
      choices={value ? [...choices, { id: none, name: w.fields.clear }] : choices}
      onChange={(id) => onChange(id === none ? '' : id)}
    />
  )
}

function Line({ field, label, value, onType, more, described, autoFocus, onBlur }: Props & { label: string; value: string; onType: (text: string) => void; more?: InputHTMLAttributes<HTMLInputElement>; described?: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        type="text"
        name={`field-${field.id}`}
        autoComplete="off"
        autoFocus={autoFocus}
        aria-invalid={!!described}
        aria-describedby={described}
        value={value}
        onBlur={onBlur}
        onChange={(e) => onType(e.target.value)}
        {...more}
      />
    </label>
  )
}
