import { useState } from 'react'
import type { Gap, Reconciliation } from '../api/client'
import { useSources } from '../api/sources'
import { useCompare, useGaps, useReconciliations } from './queries'
import { exact } from '../format/time'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Fault } from '../parts/fault'
import { Empty, Page, Refused } from '../parts/faces'
import { Frame } from '../parts/frame'
import { Age, Moment } from '../parts/words'
import { useSettings } from '../settings'

export function JournalPage() {
  const w = useWords()
  const days = useReconciliations()
  return (
    <Page title={w.journal.title} aside={<span className="muted">{w.journal.intro}</span>}>
      <Compare />
      <Frame of={days} rows={3} height={72} empty={days.data?.length === 0 && <Empty title={w.journal.emptyTitle}>{w.journal.empty}</Empty>}>
        {(data) => (
          <ul className="sources" aria-label={w.journal.title}>
            {data.map((r) => (
              <Day key={`${r.source} ${r.day}`} of={r} />
            ))}
          </ul>
        )}
      </Frame>
      <Gaps />
    </Page>
  )
}

const today = () => {
  const d = new Date()
  return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

function Compare() {
  const w = useWords()
  const sources = useSources()
  const compare = useCompare()
  const [day, setDay] = useState(today)
  const [chosen, choose] = useState<string>()
  if (!sources.data) return null
  const able = sources.data.filter((s) => (s.journal && s.journal.state !== 'live_only') || (s.kind === 'asterisk' && s.state === 'standby'))
  if (able.length === 0) return <Empty title={w.journal.noneTitle}>{w.journal.none}</Empty>
  const source = chosen ?? able[0]!.name
  return (
    <form
      className="compare"
      onSubmit={(e) => {
        e.preventDefault()
        compare.mutate({ source, day })
      }}
    >
      {able.length > 1 && (
        <label>
          <span className="muted">{w.journal.source}</span>
          <select className="input" value={source} onChange={(e) => choose(e.target.value)}>
            {able.map((s) => (
              <option key={s.name} value={s.name}>
                {sourceName(w, s.name)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span className="muted">{w.journal.day}</span>
        <input className="input" type="date" required max={today()} value={day} onChange={(e) => setDay(e.target.value)} />
      </label>
      <button className="button" disabled={compare.isPending}>
        {w.journal.compare}
      </button>
      <Refused error={compare.error} />
    </form>
  )
}

function Day({ of: r }: { of: Reconciliation }) {
  const w = useWords()
  const wrong = r.missing > 0 || r.differing > 0 || !!r.error
  return (
    <li className="panel source" data-day={r.day} data-missing={r.missing}>
      <div className="source-head">
        <h2 className="num">{r.day}</h2>
        <span className="muted">{sourceName(w, r.source)}</span>
        <span className="grow" />
        {r.asked ? (
          <span className="badge accent">{w.journal.asked}</span>
        ) : (
          r.at && <span className={`badge num ${wrong ? 'bad' : 'good'}`}>{r.error ? w.journal.failed : w.journal.missing(r.missing, r.calls)}</span>
        )}
      </div>
      <p className="source-facts muted">
        {r.at ? (
          <span>
            {w.journal.at} <Age at={r.at} />
          </span>
        ) : (
          <span>{w.journal.never}</span>
        )}
        {r.differing > 0 && <span className="num">{w.journal.differing(r.differing)}</span>}
        {r.unknown > 0 && <span className="num">{w.journal.unknown(r.unknown)}</span>}
        {r.repaired > 0 && <span className="num">{w.journal.repaired(r.repaired)}</span>}
      </p>
      {r.error && (
        <Fault words={w.journal.failedText} detail={r.error} />
      )}
      {r.differences.length > 0 && (
        <details className="embed">
          <summary>{w.journal.differences}</summary>
          <ul className="deliveries">
            {r.differences.map((d) => (
              <li key={d.linkedid + d.found} className="check-row">
                <Moment at={d.started} />
                <span className="num muted">{d.linkedid}</span>
                <span>{w.journal.kinds[d.kind]}</span>
                {d.repaired && <span className="badge good">{w.journal.right}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}

function Gaps() {
  const w = useWords()
  const gaps = useGaps()
  return (
    <section className="gaps" aria-labelledby="gaps">
      <h2 id="gaps">{w.journal.gaps}</h2>
      <p className="muted">{w.journal.gapsIntro}</p>
      <Frame of={gaps} rows={2} inside empty={gaps.data?.length === 0 && <p className="muted">{w.journal.noGaps}</p>}>
        {(data) => (
          <ul className="deliveries">
            {data.map((g) => (
              <GapItem key={g.source + g.from} of={g} />
            ))}
          </ul>
        )}
      </Frame>
    </section>
  )
}

function GapItem({ of: g }: { of: Gap }) {
  const w = useWords()
  const { lang } = useSettings()
  return (
    <li className="check-row" data-gap={g.cause} data-filled={!!g.filled}>
      <span className="num">
        {exact(g.from, lang)} – {exact(g.until, lang)}
      </span>
      <span>{w.journal.causes[g.cause]}</span>
      <span className="muted">{sourceName(w, g.source)}</span>
      <span className={`badge num ${g.filled ? 'good' : 'warn'}`}>{g.filled ? w.journal.filled(g.calls) : w.journal.unfilled}</span>
    </li>
  )
}
