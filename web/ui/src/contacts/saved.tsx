import { useEffect, useRef, useState } from 'react'
import type { Contact } from '../api/client'
import { useEditContact } from '../api/contacts'
import { useWords } from '../i18n'
import { Meanwhile, Refused } from '../parts/faces'

type Field = 'name' | 'company' | 'warning' | 'notes'

/** How long the typing pauses before the text is saved, in ms. */
const pause = 700

/** A field of the contact that saves itself while it is typed, and says so; a failed save keeps the text. */
export function SavedField({ contact, field, label, lines }: { contact: Contact; field: Field; label: string; lines?: number }) {
  const w = useWords()
  const stored = contact[field] ?? ''
  const [text, setText] = useState(stored)
  const saved = useRef(stored)
  const { mutate, isPending, isSuccess, error } = useEditContact(contact.id, { [field]: contact[field] })
  const save = (text: string) => mutate({ [field]: text }, { onSuccess: () => void (saved.current = text) })
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
    name: field,
    value: text,
    maxLength: field === 'notes' ? 10_000 : 200,
    onBlur: () => !isPending && wanted !== saved.current && save(wanted),
  }
  return (
    <div className="saved-field" data-saved={field}>
      <label className="field">
        <span>{label}</span>
        {lines ? <textarea {...props} rows={lines} onChange={(e) => setText(e.target.value)} /> : <input {...props} autoComplete="off" onChange={(e) => setText(e.target.value)} />}
      </label>
      <p className="saved-state small muted" role="status">
        {isPending ? w.contacts.saving : isSuccess && wanted === stored ? w.contacts.saved : ''}
      </p>
      {error && wanted !== stored && (
        <div className="saved-failed">
          <Refused error={error} />
          <Meanwhile error={error} now={[stored]} />
          <button type="button" className="button" onClick={() => save(wanted)}>
            {w.retry}
          </button>
        </div>
      )}
    </div>
  )
}
