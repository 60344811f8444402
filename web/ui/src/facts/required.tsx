import type { RequiredFacts } from '../api/client'
import { useUsers } from '../api/people'
import { useSources } from '../api/sources'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Broken, Refused, Skeleton } from '../parts/faces'
import { useRequire, useRequired } from './queries'

const facts = ['nature', 'subject', 'summary', 'outcome'] as const
const byHand = 'by hand'

/** Which facts each source and team requires; a tick is saved at once. */
export function RequiredFactsPanel() {
  const w = useWords()
  const required = useRequired(true)
  const put = useRequire()
  const sources = useSources()
  const users = useUsers()
  if (required.isError && !required.data) return <Broken error={required.error} retry={() => void required.refetch()} />
  if (!required.data) {
    return (
      <div className="panel">
        <Skeleton rows={3} />
      </div>
    )
  }
  const now = required.data
  const merged = (known: string[], stored: { name: string }[]) => [...new Set([...known, ...stored.map((r) => r.name)])]
  const teams = merged([...new Set((users.data ?? []).map((u) => u.team).filter((t): t is string => !!t))].sort(), now.teams)
  const all = merged([...(sources.data ?? []).map((s) => s.name), byHand], now.sources)
  return (
    <section className="panel required" aria-labelledby="required">
      <div className="panel-head">
        <h2 id="required">{w.facts.requiredTitle}</h2>
        <span className="muted small" role="status">
          {put.isPending ? w.facts.saving : put.isSuccess ? w.facts.saved : ''}
        </span>
      </div>
      <div className="side-body">
        <p className="muted">{w.facts.requiredText}</p>
        <Refused error={put.error} />
        <Ticks title={w.facts.sources} names={all} nameOf={(s) => (s === byHand ? w.facts.handSource : sourceName(w, s))} scope="sources" now={now} busy={put.isPending} onChange={put.mutate} />
        {teams.length > 0 ? (
          <Ticks title={w.facts.teams} names={teams} nameOf={(t) => t} scope="teams" now={now} busy={put.isPending} onChange={put.mutate} />
        ) : (
          <p className="muted">{w.facts.noTeams}</p>
        )}
      </div>
    </section>
  )
}

function Ticks(props: {
  title: string
  names: string[]
  nameOf: (name: string) => string
  scope: 'sources' | 'teams'
  now: RequiredFacts
  busy: boolean
  onChange: (r: RequiredFacts) => void
}) {
  const w = useWords()
  const { now, scope } = props
  const of = (name: string) => now[scope].find((r) => r.name === name)?.facts ?? []
  const toggle = (name: string, fact: string, on: boolean) => {
    const others = now[scope].filter((r) => r.name !== name)
    props.onChange({ ...now, [scope]: [...others, { name, facts: on ? [...of(name), fact] : of(name).filter((f) => f !== fact) }] })
  }
  return (
    <div role="group" aria-label={props.title}>
      <h3 className="small muted">{props.title}</h3>
      {props.names.map((name) => (
        <fieldset key={name} className="fact-ticks">
          <legend>{props.nameOf(name)}</legend>
          {facts.map((f) => (
            <label key={f} className="fact-tick">
              <input
                type="checkbox"
                data-required={`${name} ${f}`}
                checked={of(name).includes(f)}
                disabled={props.busy}
                onChange={(e) => toggle(name, f, e.target.checked)}
              />
              {w.facts.names[f]}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  )
}
