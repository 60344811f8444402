import { type FormEvent, useState } from 'react'
import type { Contact, MergePreview } from '../api/client'
import { useWords } from '../i18n'
import { Answers, Ask } from '../parts/controls'
import { Broken, Refused, Skeleton } from '../parts/faces'
import { type Merge, useMerge, usePreviews } from './queries'

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
  const previews = usePreviews(stays, others)
  const merge = useMerge()
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const failed = previews.find((p) => p.isError)
  const all = previews.flatMap((p) => (p.data ? [p.data] : []))
  if (failed) return <Broken error={failed.error} retry={() => void failed.refetch()} />
  if (all.length < others.length) return <Skeleton rows={4} height={36} />
  const contacts = [...new Map(all.flatMap((p) => p.contacts).map((c) => [c.id, c])).values()]
  const fields = fieldsOf(all)
  const differ = fields.filter((f) => new Set(f.values.map((v) => v.value)).size > 1)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const of = Object.fromEntries(fields.map((f) => [f.field, chosen[f.field] ?? f.chosen]))
    const wanted = { stays, others, fields: of }
    merge.mutate(wanted, { onSuccess: ({ id }) => onMerged(id, wanted) })
  }
  const counts = sum(all)
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
          title={w.merge.fields[f.field]}
          name={f.field}
          value={chosen[f.field] ?? f.chosen}
          choices={f.values.map((v) => ({ id: v.contact_id, text: v.value || w.merge.nothing }))}
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

const titleOf = (c: Contact | undefined, noName: string) => [c?.name || c?.identities[0]?.value || noName, c?.company].filter(Boolean).join(' · ')

type Field = MergePreview['fields'][number]

/** The fields of several previews of one contact: the values of all contacts, each once. */
function fieldsOf(previews: MergePreview[]): Field[] {
  const all = new Map<string, Field>()
  for (const f of previews.flatMap((p) => p.fields)) {
    const known = all.get(f.field)
    const values = [...new Map([...(known?.values ?? []), ...f.values].map((v) => [v.contact_id, v])).values()]
    all.set(f.field, { ...(known ?? f), values })
  }
  return [...all.values()]
}

function sum(previews: MergePreview[]) {
  const total = { leads: 0, interactions: 0, tasks: 0, files: 0 }
  for (const { counts } of previews) {
    for (const k of Object.keys(total) as (keyof typeof total)[]) total[k] = Math.max(total[k], counts[k])
  }
  return total
}

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
