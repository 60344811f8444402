import { useState } from 'react'
import { useChoices } from '../api/choices'
import type { HandOver as Result, Person, Substitution } from '../api/client'
import { useUsers } from '../api/people'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Answers, Ask } from '../parts/controls'
import { Refused, Skeleton } from '../parts/faces'
import { PickMany, PickOne } from '../views/choose'
import { choicesOf } from '../views/filters'
import { type HandOverQuery, useHandOver, useHandOverPreview, useReadOwners, type What } from './hand-over-query'
import { StandsIn, SubstituteForm } from './substitute'
import './hand-over.css'

/** The buttons by which what a colleague has goes to others, or the colleague is dismissed. */
export function HandOverActions({ of, dismissible, serves, away }: { of: Person; dismissible: boolean; serves: boolean; away: Substitution | undefined }) {
  const w = useWords()
  const [asked, setAsked] = useState<'hand' | 'substitute' | 'dismiss'>()
  const readOwners = useReadOwners()
  const close = () => {
    setAsked(undefined)
    readOwners()
  }
  return (
    <div className="seat-actions">
      <button type="button" className="button small" data-hand-over={of.id} onClick={() => setAsked('hand')}>
        {w.handover.hand}
      </button>
      {serves && !away && (
        <button type="button" className="button small" data-substitute={of.id} onClick={() => setAsked('substitute')}>
          {w.handover.substitute}
        </button>
      )}
      {dismissible && (
        <button type="button" className="button small" data-dismiss={of.id} onClick={() => setAsked('dismiss')}>
          {w.handover.dismiss}
        </button>
      )}
      {away && <StandsIn of={away} />}
      <Ask
        open={!!asked}
        onClose={close}
        title={{ hand: w.handover.handOf, substitute: w.handover.substituteOf, dismiss: w.handover.dismissOf }[asked ?? 'hand'](of.name ?? '')}
      >
        {asked === 'substitute' && <SubstituteForm of={of} onClose={close} />}
        {asked && asked !== 'substitute' && <Form from={of} dismiss={asked === 'dismiss'} onClose={close} />}
      </Ask>
    </div>
  )
}

function Form({ from, dismiss, onClose }: { from: Person; dismiss: boolean; onClose: () => void }) {
  const w = useWords()
  const [to, setTo] = useState<string[]>([])
  const [part, setPart] = useState<Pick<HandOverQuery, 'what' | 'source' | 'tag'>>({})
  const query: HandOverQuery = { from: from.id, to, dismiss, ...part }
  const preview = useHandOverPreview(query)
  const hand = useHandOver()
  const users = useUsers().data ?? []
  const colleagues = users.filter((u) => !u.disabled && (u.role === 'manager' || u.role === 'operator') && u.id !== from.id)
  if (hand.data) return <Done of={hand.data} onClose={onClose} />
  const counted = preview.data
  const nothing = !!counted && counted.leads + counted.contacts + counted.companies + counted.tasks === 0
  return (
    <form
      className="hand-over"
      onSubmit={(e) => {
        e.preventDefault()
        hand.mutate(query)
      }}
    >
      {dismiss && <p>{w.handover.dismissText}</p>}
      <PickMany label={w.handover.to} all={w.handover.choose} values={to} choices={colleagues.map((u) => ({ id: u.id, name: u.name }))} onChange={setTo} />
      <p className="muted small">{w.handover.inTurn}</p>
      {!dismiss && <Part part={part} onChange={setPart} />}
      <div className="hand-over-preview" aria-live="polite" data-preview={counted ? counted.leads : undefined}>
        {counted ? <Counted of={counted} nothing={nothing} /> : preview.isFetching && <Skeleton rows={1} />}
      </div>
      <Refused error={hand.error ?? preview.error} />
      <Answers
        action={dismiss ? w.handover.confirmDismiss : w.handover.confirmHand}
        disabled={hand.isPending || !counted || (dismiss ? !nothing && to.length === 0 : nothing || to.length === 0)}
        onCancel={onClose}
      />
    </form>
  )
}

/** Which part is handed over. */
function Part({ part, onChange }: { part: Pick<HandOverQuery, 'what' | 'source' | 'tag'>; onChange: (p: Pick<HandOverQuery, 'what' | 'source' | 'tag'>) => void }) {
  const w = useWords()
  const of = useChoices().data
  return (
    <div className="hand-over-part">
      <PickMany
        label={w.handover.what}
        all={w.handover.everything}
        values={part.what ?? []}
        choices={Object.entries(w.handover.whats).map(([id, name]) => ({ id, name }))}
        onChange={(what) => onChange({ ...part, what: what.length ? (what as What[]) : undefined })}
      />
      <PickOne
        label={w.handover.source}
        any={w.views.any}
        value={part.source ?? ''}
        choices={choicesOf(of?.sources, part.source ? [part.source] : [], (s) => sourceName(w, s))}
        onChange={(source) => onChange({ ...part, source: source || undefined })}
      />
      <PickOne
        label={w.handover.tag}
        any={w.contacts.anyTag}
        value={part.tag ?? ''}
        choices={choicesOf(of?.tags, part.tag ? [part.tag] : [])}
        onChange={(tag) => onChange({ ...part, tag: tag || undefined })}
      />
    </div>
  )
}

function Counted({ of: r, nothing }: { of: Result; nothing: boolean }) {
  const w = useWords()
  const closed = r.left.reduce((sum, l) => sum + l.count, 0)
  return (
    <>
      <p className="strong">{nothing ? w.handover.nothing : w.handover.counts(r)}</p>
      {r.to.length > 1 && (
        <ul>
          {r.to.map((s) => (
            <li key={s.user.id}>
              {s.user.name}: {w.handover.counts(s)}
            </li>
          ))}
        </ul>
      )}
      {closed > 0 && <p className="muted small">{w.handover.left(closed)}</p>}
    </>
  )
}

function Done({ of: r, onClose }: { of: Result; onClose: () => void }) {
  const w = useWords()
  return (
    <>
      <p role="status" data-handed-over={r.leads}>
        {r.dismissed ? `${w.handover.dismissed}. ` : ''}
        {w.handover.done}: {w.handover.counts(r)}
      </p>
      <div className="dialog-foot">
        <button type="button" className="button primary" autoFocus onClick={onClose}>
          {w.close}
        </button>
      </div>
    </>
  )
}
