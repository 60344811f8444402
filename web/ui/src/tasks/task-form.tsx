import { type FormEvent, useState } from 'react'
import type { Task } from '../api/client'
import { useUsers } from '../api/people'
import { useMe } from '../api/session'
import { inMinutes, ofField, toField, tomorrowAt } from '../format/when'
import { useWords } from '../i18n'
import { Answers, Field, Pick, Segments } from '../parts/controls'
import { Refused } from '../parts/faces'
import type { TaskFields } from './queries'

/** Kinds that users plan; any other words are a kind too. */
export const plannedKinds = ['call', 'follow_up', 'meeting', 'reminder'] as const
const priorities = ['low', 'normal', 'high'] as const
const repeats = ['none', 'daily', 'weekdays', 'weekly', 'monthly'] as const
const remindBefore = ['', '0', '15', '60', '1440'] as const
const ownKind = 'own'

/** The form of a new task, or of one that is changed. */
export function TaskForm(props: {
  task?: Task
  kind?: string
  error: unknown
  busy: boolean
  onSave: (fields: TaskFields) => void
  onCancel: () => void
}) {
  const w = useWords()
  const p = w.plan
  const me = useMe()
  const users = useUsers()
  const t = props.task
  const [begun] = useState(() => Date.now())
  const first = props.kind || 'call'
  const known = (plannedKinds as readonly string[]).includes(first)
  const [kind, setKind] = useState(known ? first : ownKind)
  const [own, setOwn] = useState(known ? '' : first)
  const [title, setTitle] = useState(t?.title ?? '')
  const [due, setDue] = useState(() => toField(t ? new Date(t.due) : inMinutes(begun, 60)))
  const [before, setBefore] = useState(() => (t?.remind ? String(Math.round((Date.parse(t.due) - Date.parse(t.remind)) / 60_000)) : ''))
  const [owner, setOwner] = useState(t ? (t.owner?.id ?? '') : me.user.id)
  const [priority, setPriority] = useState(t?.priority ?? 'normal')
  const [repeat, setRepeat] = useState(t?.repeat ?? 'none')
  const at = ofField(due)
  const named = kind !== ownKind || own.trim() !== ''
  const callback = t?.kind === 'callback'
  const people = (users.data ?? []).filter((u) => !u.disabled && (u.role === 'manager' || u.role === 'operator' || u.id === me.user.id))
  const befores = (remindBefore as readonly string[]).includes(before) ? [...remindBefore] : [...remindBefore, before]
  const save = (e: FormEvent) => {
    e.preventDefault()
    if (!at || !named) return
    props.onSave({
      kind: kind === ownKind ? own.trim() : kind,
      title: title.trim(),
      due: at.toISOString(),
      remind: before === '' ? '' : new Date(at.getTime() - Number(before) * 60_000).toISOString(),
      priority,
      repeat,
      owner_id: owner,
    })
  }
  return (
    <form onSubmit={save} className="task-form">
      {!t && (
        <Segments
          label={p.kind}
          value={kind}
          onChange={setKind}
          choices={[...plannedKinds.map((id) => ({ id: id as string, name: p.kinds[id]! })), { id: ownKind, name: p.own }]}
        />
      )}
      {!t && kind === ownKind && <Field label={p.ownName} name="own" value={own} onChange={setOwn} max={40} />}
      <Field label={p.what} name="title" value={title} onChange={setTitle} placeholder={p.whatHint} autoFocus />
      <div className="task-when">
        <Field label={p.due} name="due" type="datetime-local" value={due} onChange={setDue} />
        <div className="actions tight" role="group" aria-label={p.soon}>
          <button type="button" className="button" onClick={() => setDue(toField(inMinutes(begun, 60)))}>
            {p.inHour}
          </button>
          <button type="button" className="button" onClick={() => setDue(toField(tomorrowAt(begun, 9)))}>
            {p.tomorrow}
          </button>
        </div>
      </div>
      <div className="task-picks">
        <Pick hideLabel={false} label={p.owner} value={owner || '*'} onChange={(id) => setOwner(id === '*' ? '' : id)}
          choices={[...people.map((u) => ({ id: u.id, name: u.id === me.user.id ? `${u.name} (${w.you})` : u.name })), ...(callback ? [] : [{ id: '*', name: p.team }])]} />
        <Pick hideLabel={false} label={p.remind} value={`r${before}`} onChange={(id) => setBefore(id.slice(1))} choices={befores.map((id) => ({ id: `r${id}`, name: p.reminds(id) }))} />
        {!callback && <Pick hideLabel={false} label={p.repeat} value={repeat} onChange={(id) => setRepeat(repeats.find((r) => r === id) ?? 'none')} choices={repeats.map((id) => ({ id, name: p.repeats[id] }))} />}
      </div>
      <Segments label={p.priority} value={priority} onChange={setPriority} choices={priorities.map((id) => ({ id, name: p.priorities[id] }))} />
      {!named && <p className="muted small">{p.nameIt}</p>}
      <Refused error={props.error} />
      <Answers action={t ? w.save : p.add} disabled={props.busy || !at || !named} onCancel={props.onCancel} />
    </form>
  )
}
