import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api, ask, type Contact, type Failure, tagOf } from '../api/client'
import { staleWith } from '../api/contacts'
import { guarded } from '../api/guard'
import { keys } from '../api/keys'
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
  const { mutate, isPending, isSuccess, error } = useSave(contact, field, saved)
  if (stored !== saved.current && text === saved.current) {
    // Somebody else changed it, and nothing is typed here.
    saved.current = stored
    setText(stored)
  }
  const wanted = text.trim()
  useEffect(() => {
    if (isPending || wanted === saved.current) return
    const t = setTimeout(() => mutate(wanted), pause)
    return () => clearTimeout(t)
  }, [wanted, isPending, mutate])
  const props = {
    className: 'input',
    name: field,
    value: text,
    maxLength: field === 'notes' ? 10_000 : 200,
    onBlur: () => !isPending && wanted !== saved.current && mutate(wanted),
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
          <button type="button" className="button" onClick={() => mutate(wanted)}>
            {w.retry}
          </button>
        </div>
      )}
    </div>
  )
}

/** Saves a text over the one that was seen last; a change by another user is not overwritten unseen. */
function useSave(contact: Contact, field: Field, saved: { current: string }) {
  const queries = useQueryClient()
  const path = { id: contact.id }
  const url = `/api/v1/contacts/${contact.id}`
  const seen = useRef({ tag: tagOf(url), fields: { [field]: contact[field] } })
  return useMutation<Contact, Failure, string>({
    mutationFn: (text) =>
      guarded(
        url,
        seen.current,
        (header) => ask(api.PATCH('/api/v1/contacts/{id}', { params: { path, header }, body: { [field]: text } })),
        async () => {
          const now = await ask(api.GET('/api/v1/contacts/{id}', { params: { path } }))
          queries.setQueryData(keys.contact(contact.id), now)
          return now
        },
        (now) => (seen.current = now),
      ),
    onSuccess: (now, text) => {
      saved.current = text
      seen.current = { tag: tagOf(url), fields: { [field]: now[field] } }
      queries.setQueryData(keys.contact(contact.id), now)
      for (const queryKey of staleWith(contact.id)) void queries.invalidateQueries({ queryKey })
    },
  })
}
