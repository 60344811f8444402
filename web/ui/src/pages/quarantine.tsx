import { type FormEvent, useState } from 'react'
import type { QuarantinedTouch, QuarantineState } from '../api/client'
import { useDecide, useMe, useQuarantine, useQuarantined } from '../api/queries'
import { useWords } from '../i18n'
import { Ask, Field, Segments } from '../parts/controls'
import { Broken, Empty, Page, Refused, Skeleton } from '../parts/faces'
import { Icon } from '../parts/icons'
import { More } from '../parts/more'
import { Moment } from '../parts/words'
import { useSearch } from '../router'

const states = ['waiting', 'accepted', 'discarded'] as const

export function QuarantinePage() {
  const w = useWords()
  const [search, change] = useSearch()
  const state: QuarantineState = states.find((s) => s === search.get('state')) ?? 'waiting'
  const list = useQuarantine(state)
  const rows = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <Page title={w.quarantine.title} aside={<span className="muted">{w.quarantine.intro}</span>}>
      <div className="filters">
        <Segments
          label={w.quarantine.show}
          value={state}
          choices={states.map((id) => ({ id, name: w.quarantine.states[id] }))}
          onChange={(s) => change({ state: s === 'waiting' ? '' : s })}
        />
      </div>
      {list.isPending ? (
        <div className="panel">
          <Skeleton rows={3} height={72} />
        </div>
      ) : list.isError && !list.data ? (
        <Broken error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={w.quarantine.emptyTitle}>{w.quarantine.empty[state]}</Empty>
      ) : (
        <>
          <ul className="sources">
            {rows.map((q) => (
              <Entry key={q.id} touch={q} />
            ))}
          </ul>
          <More list={list} shown={rows.length} />
        </>
      )}
    </Page>
  )
}

function Entry({ touch: q }: { touch: QuarantinedTouch }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <li className="panel source" data-quarantined={q.id} data-state={q.state}>
      <div className="source-head">
        <h2>{q.source}</h2>
        <span className="muted">
          <Moment at={q.at} />
        </span>
        {q.retries > 0 && <span className="muted num">{w.quarantine.retries(q.retries)}</span>}
      </div>
      <p className="quarantine-reason">
        <Icon name="warn" /> <span>{q.reason}</span>
      </p>
      {q.external_id && (
        <p className="muted quarantine-key">
          {w.quarantine.key}: {q.external_id}
        </p>
      )}
      {q.decided && (
        <p className="source-facts muted">
          <Moment at={q.decided} />
          {q.decided_by?.name && <span>{w.quarantine.by(q.decided_by.name)}</span>}
          {q.note && <span className="quarantine-key">{q.note}</span>}
        </p>
      )}
      <details className="embed" onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{w.quarantine.raw}</summary>
        {open && <Raw touch={q} />}
      </details>
      {q.state === 'waiting' && <Decisions touch={q} />}
    </li>
  )
}

/** What came, as text and never as anything else. */
function Raw({ touch }: { touch: QuarantinedTouch }) {
  const w = useWords()
  const one = useQuarantined(touch.id, true)
  if (one.isPending) return <Skeleton rows={2} />
  if (one.isError) return <Broken error={one.error} retry={() => void one.refetch()} />
  if (!one.data.raw) return <p className="muted">{w.quarantine.rawNone}</p>
  return (
    <pre className="quarantine-raw" tabIndex={0} role="group" aria-label={w.quarantine.rawOf(touch.source)} dir="auto">
      {one.data.raw}
    </pre>
  )
}

function Decisions({ touch }: { touch: QuarantinedTouch }) {
  const w = useWords()
  const me = useMe()
  const decide = useDecide(touch.id)
  const [asking, setAsking] = useState(false)
  if (me.user.role !== 'admin') return <p className="muted">{w.quarantine.onlyAdmin}</p>
  const close = () => {
    setAsking(false)
    decide.reset()
  }
  return (
    <div className="actions tight">
      <button type="button" className="button primary" disabled={decide.isPending} onClick={() => decide.mutate({})}>
        {w.quarantine.retry}
      </button>
      <button type="button" className="button" disabled={decide.isPending} onClick={() => setAsking(true)}>
        {w.quarantine.discard}
      </button>
      <span className="muted" role="status">
        {decide.data?.state === 'waiting' && w.quarantine.still}
        {decide.data?.state === 'accepted' && w.quarantine.done}
      </span>
      {!asking && <Refused error={decide.error} />}
      <Ask open={asking} onClose={close} title={w.quarantine.discardTitle}>
        <Discard
          error={decide.error}
          busy={decide.isPending}
          onCancel={close}
          onDiscard={(note) => decide.mutate({ note }, { onSuccess: close })}
        />
      </Ask>
    </div>
  )
}

function Discard(props: { error: unknown; busy: boolean; onCancel: () => void; onDiscard: (note: string) => void }) {
  const w = useWords()
  const [note, setNote] = useState('')
  const [empty, setEmpty] = useState(false)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (note.trim()) props.onDiscard(note.trim())
    else setEmpty(true)
  }
  return (
    <form onSubmit={submit}>
      <p className="muted">{w.quarantine.discardText}</p>
      <Field label={w.quarantine.note} name="note" value={note} onChange={setNote} autoFocus />
      <div className="chips">
        {w.quarantine.notes.map((r) => (
          <button key={r} type="button" className="chip" aria-pressed={note === r} onClick={() => setNote(r)}>
            {r}
          </button>
        ))}
      </div>
      {empty && !note.trim() && (
        <p className="refused" role="alert">
          {w.quarantine.noteNeeded}
        </p>
      )}
      <Refused error={props.error} />
      <div className="dialog-foot">
        <button type="submit" className="button primary" disabled={props.busy}>
          {w.quarantine.discard}
        </button>
        <button type="button" className="button" onClick={props.onCancel}>
          {w.cancel}
        </button>
      </div>
    </form>
  )
}
