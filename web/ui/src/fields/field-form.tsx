import { type FormEvent, useState } from 'react'
import type { CustomField, FieldKind } from '../api/client'
import type { FieldObject } from '../api/fields'
import { useWords } from '../i18n'
import { Answers, Field, Pick, Toggle } from '../parts/controls'
import { Refused } from '../parts/faces'
import { type ChoiceDraft, ChoicesEditor, choicesOf } from './choices-editor'
import { type FieldPatch, useCreateField, useSaveFields } from './queries'
import { patchOf } from './patch'
import { Stages } from './stages'

const kinds: readonly FieldKind[] = ['text', 'number', 'money', 'date', 'choice', 'choices', 'yes_no', 'phone', 'link']

/** The form of a custom field. Its kind and its code are said once. */
export function FieldForm({ object, field: f, onDone }: { object: FieldObject; field?: CustomField; onDone: () => void }) {
  const w = useWords()
  const create = useCreateField(onDone)
  const save = useSaveFields(onDone)
  const [name, setName] = useState(f?.name ?? '')
  const [code, setCode] = useState('')
  const [kind, setKind] = useState<FieldKind>(f?.kind ?? 'text')
  const [choices, setChoices] = useState<readonly ChoiceDraft[]>(() => choicesOf(f))
  const [pipelines, setPipelines] = useState<readonly string[]>(f?.pipelines ?? [])
  const [from, setFrom] = useState<readonly string[]>(f?.required_from ?? [])
  const [days, setDays] = useState(f && f.remind_days >= 0 ? String(f.remind_days) : '')
  const [reminds, setReminds] = useState(!!f && f.remind_days >= 0)
  const [listed, setListed] = useState(f?.listed ?? false)
  const chosen = kind === 'choice' || kind === 'choices'
  const recalled = kind === 'date' && (object === 'contact' || object === 'lead')
  const named = choices.filter((c) => c.name.trim())
  const error = create.error ?? save.error
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const wanted: Required<Omit<FieldPatch, 'position' | 'retired'>> = {
      name: name.trim(),
      pipelines: [...pipelines],
      required_from: [...from],
      remind_days: recalled && reminds ? Number(days) || 0 : -1,
      listed,
      choices: chosen ? named.map(({ id, name, retired }) => ({ ...(id && { id }), name: name.trim(), retired })) : [],
    }
    if (!f) return create.mutate({ object, kind, ...wanted, ...(code.trim() && { id: code.trim() }) })
    const body = patchOf(f, wanted)
    if (Object.keys(body).length === 0) return onDone()
    save.mutate([{ id: f.id, body }])
  }
  return (
    <form className="field-form" onSubmit={submit}>
      <Field label={w.fields.name} name="name" value={name} max={100} onChange={setName} autoFocus />
      {f ? (
        <p className="muted small">
          {w.fields.kind}: {w.fields.kinds[kind]} · {w.fields.code}: <code>{f.id}</code>
        </p>
      ) : (
        <div className="field">
          <Pick label={w.fields.kind} hideLabel={false} value={kind} choices={kinds.map((id) => ({ id, name: w.fields.kinds[id] }))} onChange={(k) => setKind(k as FieldKind)} />
          <p className="muted small">{w.fields.kindHints[kind]}</p>
        </div>
      )}
      {chosen && <ChoicesEditor choices={choices} onChange={setChoices} />}
      <Stages object={object} pipelines={pipelines} from={from} onPipelines={setPipelines} onFrom={setFrom} />
      {recalled && (
        <>
          <Toggle on={reminds} onChange={setReminds}>
            {object === 'contact' ? w.fields.remindYearly : w.fields.remindOnce}
          </Toggle>
          {reminds && <Field label={w.fields.remindDays} name="remind_days" type="number" value={days} placeholder="0" onChange={setDays} />}
        </>
      )}
      {object !== 'interaction' && (
        <Toggle on={listed} onChange={setListed}>
          {w.fields.listed}
        </Toggle>
      )}
      {!f && (
        <details className="field-code">
          <summary>{w.fields.code}</summary>
          <Field label={w.fields.codeLabel} name="code" value={code} max={40} onChange={setCode} placeholder={w.fields.codeHint} />
        </details>
      )}
      {error?.kind === 'conflict' ? (
        <p className="refused" role="alert">
          {w.fields.taken}
        </p>
      ) : error?.kind === 'invalid' && error.problem?.field === 'id' ? (
        <p className="refused" role="alert">
          {w.fields.wrongCode}
        </p>
      ) : (
        <Refused error={error} />
      )}
      <Answers action={f ? w.save : w.fields.make} disabled={create.isPending || save.isPending || !name.trim() || (chosen && !named.some((c) => !c.retired))} onCancel={onDone} />
    </form>
  )
}
