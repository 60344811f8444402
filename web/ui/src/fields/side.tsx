import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { CustomField, Failure, FieldChanges, FieldValues } from '../api/client'
import { type FieldObject, inPipeline, useFieldsOf } from '../api/fields'
import { stageIn, usePipelines } from '../api/pipelines'
import { useWords } from '../i18n'
import { Answers } from '../parts/controls'
import { Meanwhile, Refused } from '../parts/faces'
import { Fact, Side } from '../parts/side'
import { changesOf, type Draft, draftOf } from './draft'
import { FieldInput } from './input'
import { isRequired, wrongField } from './required'
import { Value } from './value'
import './fields.css'

/** The change of a record, as useMutation has it. */
interface Save {
  mutate: (body: { fields: FieldChanges }, options: { onSuccess: () => void }) => void
  isPending: boolean
  error: Failure | null
}

interface Props {
  object: FieldObject
  values: FieldValues | undefined
  /** The user may change the record. */
  may: boolean
  /** Changes the record, with the values that the form began with. A hook of the page. */
  useSave: (began: { fields: FieldValues }) => Save
  /** Of a lead: where it stands. */
  at?: { pipeline_id: string; stage_id: string }
}

/** The custom fields of a record beside its timeline, and a form for them. Nothing where the company has none. */
export function FieldsSide(props: Props) {
  const w = useWords()
  const { values = {}, may, at } = props
  const [editing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const edited = useRef(false)
  useEffect(() => {
    if (!editing && edited.current) edit.current?.focus() // where the keyboard was before
    edited.current = editing
  }, [editing])
  const all = useFieldsOf(props.object).filter((f) => inPipeline(f, at?.pipeline_id))
  const shown = all.filter((f) => values[f.id] !== undefined)
  const open = all.filter((f) => !f.retired)
  const empty = open.filter((f) => values[f.id] === undefined)
  if (shown.length + open.length === 0) return null
  return (
    <Side
      title={w.fields.title}
      action={
        may && !editing && open.length > 0 ? (
          <button ref={edit} type="button" className="link-button" data-edit-fields onClick={() => setEditing(true)}>
            {w.fields.edit}
          </button>
        ) : undefined
      }
    >
      {editing ? (
        <FieldsForm {...props} values={values} fields={open} done={() => setEditing(false)} />
      ) : (
        <>
          {shown.length > 0 && (
            <dl>
              {shown.map((f) => (
                <Fact key={f.id} name={f.name}>
                  <span data-value={f.id}>
                    <Value field={f} value={values[f.id]!} />
                  </span>
                </Fact>
              ))}
            </dl>
          )}
          {empty.length > 0 && <p className="muted small">{w.fields.notFilled(empty.map((f) => f.name))}</p>}
        </>
      )}
    </Side>
  )
}

/** All fields of the record at once; those that were changed are sent. */
function FieldsForm({ values, fields, at, useSave, done }: Props & { values: FieldValues; fields: readonly CustomField[]; done: () => void }) {
  const w = useWords()
  const [began] = useState(values)
  const save = useSave({ fields: began })
  const stage = stageIn(usePipelines().data, at?.stage_id ?? '')
  const [drafts, setDrafts] = useState<Record<string, Draft>>({})
  const [wrong, setWrong] = useState<readonly string[]>([])
  const refused = wrongField(save.error)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('.input, .pick-button')?.focus(), [])
  const draft = (f: CustomField) => drafts[f.id] ?? draftOf(began[f.id], stage?.pipeline.currency)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const changes = changesOf(fields, began, drafts)
    setWrong(changes.wrong)
    if (changes.wrong.length > 0) return
    if (Object.keys(changes.values).length === 0) return done()
    save.mutate({ fields: changes.values }, { onSuccess: done })
  }
  return (
    <form ref={form} className="fields-form" onSubmit={submit} onKeyDown={(e) => e.key === 'Escape' && !e.defaultPrevented && done()}>
      {fields.map((f) => (
        <FieldInput
          key={f.id}
          field={f}
          draft={draft(f)}
          required={isRequired(f, stage)}
          wrong={wrong.includes(f.id) || refused === f.id}
          onChange={(d) => {
            setDrafts((old) => ({ ...old, [f.id]: d }))
            setWrong((old) => old.filter((id) => id !== f.id))
          }}
        />
      ))}
      {!refused && <Refused error={save.error} />}
      <Meanwhile error={save.error} now={fields.filter((f) => values[f.id] !== began[f.id]).map((f) => f.name)} />
      <Answers action={w.save} disabled={save.isPending} onCancel={done} />
    </form>
  )
}
