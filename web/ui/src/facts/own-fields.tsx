import { useEffect, useRef, useState } from 'react'
import type { CustomField, FieldValues, Interaction } from '../api/client'
import { useFieldsOf } from '../api/fields'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'
import { Fact } from '../parts/side'
import { changesOf, type Draft, draftOf } from '../fields/draft'
import { FieldInput } from '../fields/input'
import { wrongField } from '../fields/required'
import { Value } from '../fields/value'
import { useWriteFields } from './queries'

/** How long after the last key what was typed is saved, in milliseconds. */
const pause = 700

/** The custom fields of an interaction. Each saves itself; what could not be saved stays in its input. */
export function OwnFields({ of: i }: { of: Interaction }) {
  const fields = useFieldsOf('interaction').filter((f) => !f.retired)
  const draft = useFieldsDraft(i, fields)
  const w = useWords()
  if (fields.length === 0) return null
  return (
    <div className="facts-row own-fields">
      {fields.map((f) => (
        <FieldInput key={f.id} field={f} draft={draft.of(f)} wrong={draft.wrong.includes(f.id)} onChange={(d) => draft.put(f, d)} onBlur={draft.save} />
      ))}
      <p className="muted small" role="status" data-save-fields={draft.state}>
        {draft.state === 'saving' ? w.facts.saving : draft.state === 'saved' ? w.facts.saved : draft.state === 'typing' ? w.facts.typing : ''}
      </p>
      {!wrongField(draft.error) && <Refused error={draft.error} />}
    </div>
  )
}

/** The same for one who may not write them. */
export function OwnFieldsText({ values = {} }: { values?: FieldValues }) {
  return useFieldsOf('interaction').map(
    (f) =>
      values[f.id] !== undefined && (
        <Fact key={f.id} name={f.name}>
          <Value field={f} value={values[f.id]!} />
        </Fact>
      ),
  )
}

/** What was typed and is not stored yet, and its way to the hub. */
function useFieldsDraft(i: Interaction, fields: readonly CustomField[]) {
  const stored = i.fields ?? {}
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({})
  const [wrong, setWrong] = useState<readonly string[]>([])
  const write = useWriteFields(i.id)
  const found = changesOf(fields, stored, drafts)
  const latest = useRef({ found, drafts, stored, write })
  latest.current = { found, drafts, stored, write }
  /** The values that the user saw when they began to type. */
  const began = useRef<FieldValues | null>(null)
  const save = () => {
    const { found, drafts, stored, write } = latest.current
    setWrong(found.wrong)
    if (write.isPending || Object.keys(found.values).length === 0) return
    write.mutate(
      { fields: found.values, seen: began.current ?? stored },
      {
        onSuccess: () => setDrafts((now) => Object.fromEntries(Object.entries(now).filter(([id, d]) => d !== drafts[id] || found.wrong.includes(id)))),
        // What a colleague wrote is shown; the next save is meant to replace it.
        onSettled: () => (began.current = null),
      },
    )
  }
  useEffect(() => {
    const t = setTimeout(save, pause)
    return () => clearTimeout(t)
  }, [drafts])
  useEffect(() => () => save(), [])
  const waits = Object.keys(found.values).length > 0
  return {
    of: (f: CustomField) => drafts[f.id] ?? draftOf(stored[f.id]),
    put: (f: CustomField, d: Draft) => {
      began.current ??= stored
      setWrong((old) => old.filter((id) => id !== f.id))
      setDrafts((old) => ({ ...old, [f.id]: d }))
    },
    save,
    error: write.error,
    wrong: [...wrong, wrongField(write.error)],
    state: write.isPending ? 'saving' : write.error ? 'failed' : waits ? 'typing' : write.isSuccess ? 'saved' : 'idle',
  } as const
}
