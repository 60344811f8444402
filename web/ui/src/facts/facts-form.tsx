import { useEffect, useId, useRef, useState } from 'react'
import type { Entry, Facts, FactName, FieldValues, Interaction } from '../api/client'
import { useInteraction } from '../api/interactions'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Pick } from '../parts/controls'
import { useNamedEntries } from '../parts/entries'
import { Broken, Refused, Skeleton } from '../parts/faces'
import { Icon } from '../parts/icons'
import { useSettings } from '../settings'
import { History } from './history'
import { OwnFields, OwnFieldsText } from './own-fields'
import { type FactsBody, useWriteFacts } from './queries'
import './facts.css'

/** How long after the last key what was typed is saved, in milliseconds. */
const pause = 700
/** The choice that clears a fact. */
const none = '-'

/** What people write of an interaction. It saves itself while one types; a text that could not be saved stays. */
export function FactsForm(props: { interactionId: string; brief?: boolean }) {
  const i = useInteraction(props.interactionId, true)
  if (i.isError && !i.data) return <Broken error={i.error} retry={() => void i.refetch()} />
  if (!i.data?.facts) return <Skeleton rows={2} height={36} />
  return <Form key={props.interactionId} {...props} interaction={i.data} facts={i.data.facts} />
}

function Form(props: { interactionId: string; interaction: Interaction; brief?: boolean; facts: Facts }) {
  const { facts, brief, interaction } = props
  const w = useWords()
  const decides = seesAll(useMe())
  const draft = useFactsDraft(props.interactionId, facts)
  const natures = useChoices('nature', facts.nature)
  const outcomes = useChoices('outcome', facts.outcome, (e) => (!e.channel || e.channel === interaction.channel) && (!e.direction || e.direction === interaction.direction))
  if (!facts.editable) return <FactsText facts={facts} fields={interaction.fields} interactionId={props.interactionId} />
  return (
    <div className="facts-form" data-facts={props.interactionId} data-brief={brief || undefined} role="group" aria-label={w.facts.title}>
      <div className="facts-row">
        <Labelled fact="nature" facts={facts}>
          <Pick label={w.facts.names.nature} placeholder={w.facts.choose} value={draft.value('nature')} choices={natures} onChange={(id) => draft.type('nature', id === none ? '' : id)} />
        </Labelled>
        <Labelled fact="outcome" facts={facts}>
          <Pick label={w.facts.names.outcome} placeholder={w.facts.choose} value={draft.value('outcome')} choices={outcomes} onChange={(id) => draft.type('outcome', id === none ? '' : id)} />
        </Labelled>
      </div>
      <Text fact="subject" draft={draft} facts={facts} />
      <Text fact="summary" draft={draft} facts={facts} rows={brief ? 2 : 3} />
      {decides ? !brief && <Text fact="decision" draft={draft} facts={facts} rows={2} /> : facts.decision && <p className="facts-decision">{w.facts.decided(facts.decision)}</p>}
      <OwnFields of={interaction} />
      <div className="facts-foot">
        <span className="muted small" role="status" data-save={draft.state}>
          {draft.state === 'saving' ? w.facts.saving : draft.state === 'saved' ? w.facts.saved : draft.state === 'typing' ? w.facts.typing : ''}
        </span>
        <History interactionId={props.interactionId} />
      </div>
      {draft.error && (
        <>
          <Refused error={draft.error} />
          <p className="muted small">
            {w.facts.kept}{' '}
            <button type="button" className="link-button" onClick={draft.save}>
              {w.retry}
            </button>
          </p>
          {draft.error.kind === 'outdated' && <p className="muted small">{w.facts.theirs([facts.subject, facts.summary, facts.decision].filter(Boolean).join(' · ') || '—')}</p>}
        </>
      )}
    </div>
  )
}

/** The facts as one who may not write them reads them. */
function FactsText({ facts, fields, interactionId }: { facts: Facts; fields?: FieldValues; interactionId: string }) {
  const w = useWords()
  const { lang } = useSettings()
  const shown: [FactName, string | undefined][] = [
    ['nature', facts.nature_name?.[lang]],
    ['subject', facts.subject],
    ['summary', facts.summary],
    ['outcome', facts.outcome_name?.[lang]],
    ['decision', facts.decision],
  ]
  return (
    <div className="facts-form" data-facts={interactionId}>
      <dl>
        {shown.map(
          ([name, text]) =>
            text && (
              <div key={name} className="fact">
                <dt>{w.facts.names[name]}</dt>
                <dd className="tl-text">{text}</dd>
              </div>
            ),
        )}
        <OwnFieldsText values={fields} />
      </dl>
      <div className="facts-foot">
        <span className="muted small">{w.facts.readOnly}</span>
        <History interactionId={interactionId} />
      </div>
    </div>
  )
}

function Labelled({ fact, facts, children, htmlFor }: { fact: FactName; facts: Facts; children: React.ReactNode; htmlFor?: string }) {
  const w = useWords()
  const missing = facts.missing.includes(fact)
  return (
    <div className="facts-field" data-missing={missing || undefined}>
      <label className="small muted" htmlFor={htmlFor}>
        {w.facts.names[fact]}
        {missing && (
          <span className="warn-text">
            {' '}
            <Icon name="warn" size={12} /> {w.facts.required}
          </span>
        )}
      </label>
      {children}
    </div>
  )
}

function Text({ fact, draft, facts, rows }: { fact: 'subject' | 'summary' | 'decision'; draft: FactsDraft; facts: Facts; rows?: number }) {
  const w = useWords()
  const id = useId()
  const common = {
    id,
    className: 'input',
    name: `fact-${fact}`,
    value: draft.value(fact),
    placeholder: w.facts.hints[fact],
    onBlur: draft.save,
  }
  return (
    <Labelled fact={fact} facts={facts} htmlFor={id}>
      {rows ? (
        <textarea {...common} rows={rows} maxLength={10_000} onChange={(e) => draft.type(fact, e.target.value)} />
      ) : (
        <input {...common} autoComplete="off" maxLength={200} onChange={(e) => draft.type(fact, e.target.value)} />
      )}
    </Labelled>
  )
}

/** The entries that may be chosen, the chosen one, and one that clears. */
function useChoices(dictionary: Entry['dictionary'], chosen: string | undefined, fits: (e: Entry) => boolean = () => true) {
  const w = useWords()
  const shown = useNamedEntries(dictionary, (e) => e.id === chosen || (!e.retired && fits(e)))
  return chosen ? [...shown, { id: none, name: w.facts.clear }] : shown
}

type FactsDraft = ReturnType<typeof useFactsDraft>

/** What was typed and is not stored yet, and its way to the hub. */
function useFactsDraft(interactionId: string, stored: Facts) {
  const [typed, setTyped] = useState<FactsBody>({})
  const write = useWriteFacts(interactionId)
  const latest = useRef({ typed, stored, mutate: write.mutate })
  latest.current = { typed, stored, mutate: write.mutate }
  /** The values that the user saw when they began to type, and what is on its way. */
  const began = useRef<FactsBody>({})
  const sending = useRef<FactsBody | null>(null)
  const save = () => {
    const body = latest.current.typed
    const names = Object.keys(body) as (keyof FactsBody)[]
    if (names.length === 0 || sending.current === body) return
    sending.current = body
    const seen = Object.fromEntries(names.map((f) => [f, f in began.current ? began.current[f] : latest.current.stored[f]])) as FactsBody
    latest.current.mutate(
      { body, seen },
      {
        onSuccess: () => {
          names.forEach((f) => (began.current[f] = body[f]))
          setTyped((now) => Object.fromEntries(Object.entries(now).filter(([f, text]) => body[f as keyof FactsBody] !== text)))
        },
        // A colleague's text is shown; the next save is meant to replace it.
        onError: () => (began.current = {}),
        onSettled: () => (sending.current = null),
      },
    )
  }
  const type = (f: keyof FactsBody, text: string) => {
    if (!(f in latest.current.typed)) began.current[f] = latest.current.stored[f]
    setTyped((now) => ({ ...now, [f]: text }))
  }
  useEffect(() => {
    if (Object.keys(typed).length === 0) return
    const t = setTimeout(save, pause)
    return () => clearTimeout(t)
    // A failed save is repeated by the next key, by leaving the field and by its button.
  }, [typed])
  useEffect(() => () => save(), [])
  const waits = Object.keys(typed).length > 0
  return {
    value: (f: keyof FactsBody) => typed[f] ?? stored[f] ?? '',
    type,
    save,
    error: write.error,
    state: write.isPending ? 'saving' : write.error ? 'failed' : waits ? 'typing' : write.isSuccess ? 'saved' : 'idle',
  } as const
}
