import { useState } from 'react'
import type { QuarantinedTouch, QuarantineState } from '../api/client'
import { useMe } from '../api/session'
import { useDecide, useQuarantine, useQuarantined } from './queries'
import { useWords, type Words } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Fault } from '../parts/fault'
import { Ask, Segments } from '../parts/controls'
import { Broken, Empty, Page, Refused, Skeleton } from '../parts/faces'
import { Frame } from '../parts/frame'
import { More } from '../parts/more'
import { ReasonForm } from '../parts/reason'
import { Moment } from '../parts/words'
import { useFilters } from '../router'

const states = ['waiting', 'accepted', 'discarded'] as const

export function QuarantinePage() {
  const w = useWords()
  const [search, change] = useFilters()
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
      <Frame of={list} rows={3} height={72} empty={rows.length === 0 && <Empty title={w.quarantine.emptyTitle}>{w.quarantine.empty[state]}</Empty>}>
        {() => (
          <>
            <ul className="sources">
              {rows.map((q) => (
                <Entry key={q.id} touch={q} />
              ))}
            </ul>
            <More list={list} shown={rows.length} />
          </>
        )}
      </Frame>
    </Page>
  )
}

function Entry({ touch: q }: { touch: QuarantinedTouch }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <li className="panel source" data-quarantined={q.id} data-state={q.state}>
      <div className="source-head">
        <h2>{sourceName(w, q.source)}</h2>
        <span className="muted">
          <Moment at={q.at} />
        </span>
        {q.retries > 0 && <span className="muted num">{w.quarantine.retries(q.retries)}</span>}
      </div>
      <Fault words={causeText(w, q)} detail={q.external_id ? `${q.reason} (${w.quarantine.key}: ${q.external_id})` : q.reason} tone="quarantine-reason" />
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

/** Why the touch is in quarantine, with the facts, in the reader's language. */
function causeText(w: Words, q: QuarantinedTouch): string {
  const facts = (q.facts ?? []).flatMap((f) => {
    const at = f.indexOf(':')
    return w.quarantine.facts[f.slice(0, at)]?.(f.slice(at + 1)) ?? []
  })
  const words = w.quarantine.causes[q.cause] ?? w.quarantine.causes.other
  return facts.length ? `${words}: ${facts.join('; ')}` : words
}

/** What came, as text and never as anything else. */
function Raw({ touch }: { touch: QuarantinedTouch }) {
  const w = useWords()
  const one = useQuarantined(touch.id, true)
  if (one.isPending) return <Skeleton rows={2} />
  if (one.isError) return <Broken error={one.error} retry={() => void one.refetch()} />
  if (!one.data.raw) return <p className="muted">{w.quarantine.rawNone}</p>
  return (
    <pre className="quarantine-raw" tabIndex={0} role="group" aria-label={w.quarantine.rawOf(sourceName(w, touch.source))} dir="auto">
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
        <ReasonForm
          name="note"
          label={w.quarantine.note}
          usual={w.quarantine.notes}
          needed={w.quarantine.noteNeeded}
          action={w.quarantine.discard}
          error={decide.error}
          busy={decide.isPending}
          onCancel={close}
          onReason={(note) => decide.mutate({ note }, { onSuccess: close })}
        >
          <p className="muted">{w.quarantine.discardText}</p>
        </ReasonForm>
      </Ask>
    </div>
  )
}
