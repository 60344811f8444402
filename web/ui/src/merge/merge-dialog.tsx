import { type FormEvent, useState } from 'react'
import type { Contact } from '../api/client'
import { useFieldsOf } from '../api/fields'
import { storedText } from '../format/field-value'
import { useWords } from '../i18n'
import { Answers, Ask } from '../parts/controls'
import { Broken, Refused, Skeleton } from '../parts/faces'
import { useSettings } from '../settings'
import { type Merge, useMerge, usePreview } from './queries'

interface Props {
  contactIds: string[]
  onClose: () => void
  onMerged: (mergeId: string, merge: Merge) => void
}

/** Asks which contact stays and whose value each field gets; Enter merges. */
export function MergeDialog({ open, ...props }: Props & { open: boolean }) {
  const w = useWords()
  return (
    <Ask open={open} onClose={props.onClose} title={w.merge.title}>
      <MergeForm {...props} />
    </Ask>
  )
}

export function MergeForm({ contactIds, onClose, onMerged }: Props) {
  const w = useWords()
  const [stays, setStays] = useState(contactIds[0]!)
  const others = contactIds.filter((id) => id !== stays)
  const preview = usePreview(stays, others)
  const merge = useMerge(onMerged)
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const words = useFieldWords()
  if (preview.isError) return <Broken error={preview.error} retry={() => void preview.refetch()} />
  if (!preview.data) return <Skeleton rows={4} height={36} />
  const { contacts, fields, counts } = preview.data
  const differ = fields.filter((f) => (f.field === 'lead' ? f.values.length > 1 : new Set(f.values.map((v) => v.value)).size > 1))
  const submit = (e: FormEvent) => {
    e.preventDefault()
    merge.mutate({ stays, others, fields: Object.fromEntries(Object.entries(chosen).filter(([, id]) => id !== '')) })
  }
  return (
    <form onSubmit={submit} className="merge" data-merge>
      <Choice
        title={w.merge.stays}
        name="stays"
        value={stays}
        first
        choices={contactIds.map((id) => ({ id, text: titleOf(contacts.find((c) => c.id === id), w.lead.noName) }))}
        onChange={setStays}
      />
      {differ.map((f) => (
        <Choice
          key={f.field}
          title={words.title(f.field)}
          name={f.field}
          value={chosen[f.field] ?? f.chosen}
          choices={[...(f.chosen === '' ? [{ id: '', text: w.merge.joined }] : []), ...f.values.map((v) => ({ id: v.contact_id, text: words.text(f.field, v.value) || w.merge.nothing }))]}
          onChange={(id) => setChosen({ ...chosen, [f.field]: id })}
        />
      ))}
      {differ.length === 0 && <p className="muted">{w.merge.equal}</p>}
      <p className="muted small">{w.merge.moves(counts.leads, counts.interactions, counts.tasks, counts.files)}</p>
      <Refused error={merge.error} />
      <Answers action={w.merge.act} disabled={merge.isPending} onCancel={onClose} />
    </form>
  )
}

/** The name of a field of the preview, and its values as they are shown: own fields and custom ones. */
function useFieldWords() {
  const w = useWords()
  const { lang } = useSettings()
  const custom = useFieldsOf('contact')
  const fieldOf = (name: string) => (name.startsWith('field:') ? custom.find((f) => f.id === name.slice('field:'.length)) : undefined)
  const own: Readonly<Record<string, string>> = w.merge.fields
  return {
    title: (name: string) => fieldOf(name)?.name ?? own[name] ?? name,
    text: (name: string, value: string) => value && storedText(fieldOf(name)?.kind, value, lang, w.fields),
  }
}

const titleOf = (c: Contact | undefined, noName: string) => [c?.name || c?.identities[0]?.value || noName, c?.company].filter(Boolean).join(' · ')

interface ChoiceProps {
  title: string
  name: string
  value: string
  choices: { id: string; text: string }[]
  first?: boolean
  onChange: (id: string) => void
}

function Choice({ title, name, value, choices, first, onChange }: ChoiceProps) {
  return (
    <fieldset className="merge-choice">
      <legend>{title}</legend>
      {choices.map((c) => (
        <label key={c.id}>
          <input type="radio" name={name} value={c.id} checked={c.id === value} autoFocus={first && c.id === value} onChange={() => onChange(c.id)} />
          <span>{c.text}</span>
        </label>
      ))}
    </fieldset>
  )
}
