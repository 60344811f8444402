import { useEffect, useRef, useState } from 'react'
import { Failure } from '../api/client'
import { useWords } from '../i18n'
import { Meanwhile, Refused } from './faces'

/** How long the typing pauses before the text is saved, in ms. */
const pause = 700

/** A change of one record, as its hook for editing makes it. */
export interface Edit<P> {
  mutate: (patch: P, after?: { onSuccess?: () => void }) => void
  isPending: boolean
  isSuccess: boolean
  error: unknown
}

interface Props<P> {
  /** The field of the record. */
  name: string
  label: string
  /** Its text as the hub has it. */
  stored: string
  edit: Edit<P>
  patchOf: (text: string) => P
  lines?: number
  max?: number
  /** What is wrong with a text that the hub does not take. */
  wrong?: string
}

/** A field of a record that saves itself while it is typed, and says so; a failed save keeps the text. */
export function SavedField<P>({ name, label, stored, edit, patchOf, lines, max = 200, wrong }: Props<P>) {
  const w = useWords()
  const [text, setText] = useState(stored)
  const saved = useRef(stored)
  const { mutate, isPending, isSuccess, error } = edit
  const save = (text: string) => mutate(patchOf(text), { onSuccess: () => void (saved.current = text) })
  if (stored !== saved.current && text === saved.current) {
    // Somebody else changed it, and nothing is typed here.
    saved.current = stored
    setText(stored)
  }
  const wanted = text.trim()
  useEffect(() => {
    if (isPending || wanted === saved.current) return
    const t = setTimeout(() => save(wanted), pause)
    return () => clearTimeout(t)
  }, [wanted, isPending, mutate])
  const props = {
    className: 'input',
    name,
    value: text,
    maxLength: max,
    onBlur: () => !isPending && wanted !== saved.current && save(wanted),
  }
  return (
    <div className="saved-field" data-saved={name}>
      <label className="field">
        <span>{label}</span>
        {lines ? <textarea {...props} rows={lines} onChange={(e) => setText(e.target.value)} /> : <input {...props} autoComplete="off" onChange={(e) => setText(e.target.value)} />}
      </label>
      <p className="saved-state small muted" role="status">
        {isPending ? w.contacts.saving : isSuccess && wanted === stored ? w.contacts.saved : ''}
      </p>
      {!!error && wanted !== stored && (
        <div className="saved-failed">
          {wrong && error instanceof Failure && error.kind === 'invalid' ? (
            <p className="refused" role="alert">
              {wrong}
            </p>
          ) : (
            <Refused error={error} />
          )}
          <Meanwhile error={error} now={[stored]} />
          <button type="button" className="button" onClick={() => save(wanted)}>
            {w.retry}
          </button>
        </div>
      )}
    </div>
  )
}
