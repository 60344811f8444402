import { Link } from 'wouter'
import type { Source } from '../api/client'
import { useMe } from '../api/session'
import { useSources } from '../api/sources'
import { useGuessed } from './queries'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Fault } from '../parts/fault'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { Icon } from '../parts/icons'
import { Age, Moment } from '../parts/words'
import { Embed } from './embed'

export function SourcesPage() {
  const w = useWords()
  const sources = useSources()
  return (
    <Page title={w.sources.title} aside={<span className="muted">{w.sources.intro}</span>}>
      <Guessed />
      <Frame of={sources} rows={3} height={72} empty={sources.data?.length === 0 && <Empty title={w.sources.emptyTitle}>{w.sources.empty}</Empty>}>
        {(data) => (
          <ul className="sources">
            {data.map((s) => (
              <SourceItem key={s.name} source={s} />
            ))}
          </ul>
        )}
      </Frame>
    </Page>
  )
}

/** Users whose password is being guessed; for administrators. */
function Guessed() {
  const w = useWords()
  const guessed = useGuessed(useMe().user.role === 'admin')
  if (!guessed.data?.length) return null
  return (
    <section className="panel source guessed" role="status">
      <h2>
        <Icon name="warn" /> {w.guessed.title}
      </h2>
      <ul>
        {guessed.data.map((g) => (
          <li key={g.user_id} data-guessed={g.login}>
            {w.guessed.of(g.name, g.login, g.count)}, {w.guessed.last} <Moment at={g.last} />
          </li>
        ))}
      </ul>
      <p className="muted">{w.guessed.help}</p>
    </section>
  )
}

const tone: Record<Source['state'], string> = { starting: 'warn', running: 'good', failed: 'bad', passive: 'plain', standby: 'plain' }

function SourceItem({ source: s }: { source: Source }) {
  const w = useWords()
  return (
    <li className="panel source" data-source={s.name} data-state={s.state}>
      <div className="source-head">
        <h2>{sourceName(w, s.name)}</h2>
        <span className="muted">{w.sources.kinds[s.kind] ?? s.kind}</span>
        {s.demo && <span className="badge demo">{w.sources.demo}</span>}
        <span className="grow" />
        <span className={`badge ${tone[s.state]}`}>{w.sources.states[s.state]}</span>
      </div>
      <p className="source-facts muted">
        {s.since && (
          <span>
            {w.sources.states[s.state]} {w.sources.since} <Moment at={s.since} />
          </span>
        )}
        <span>
          {w.sources.last}: {s.last_touch ? <Age at={s.last_touch} /> : w.sources.never}
        </span>
        {s.last_test && (
          <span data-test="received">
            {w.sources.tested}: <Moment at={s.last_test} />
          </span>
        )}
        <span className="num">{w.sources.count(s.count)}</span>
      </p>
      {s.state === 'standby' && <p className="muted">{w.sources.standby(s.hub ?? '')}</p>}
      {s.state === 'passive' && <p className="muted">{w.sources.passive}</p>}
      {s.journal && s.journal.state !== 'failed' && (
        <p className="source-facts muted" data-journal={s.journal.state}>
          <span>{w.journal.states[s.journal.state]}</span>
          {s.journal.row && (
            <span>
              {w.journal.row}: <Moment at={s.journal.row} />
            </span>
          )}
          {s.journal.state !== 'live_only' && <Link href="/journal">{w.journal.link}</Link>}
        </p>
      )}
      {!!s.journal?.refused && <p className="source-facts muted">{w.journal.refused(s.journal.refused)}</p>}
      {s.warning && (
        <p className="source-warning muted" data-warning={s.warning}>
          <Icon name="warn" /> {w.sources.warnings[s.warning]}
        </p>
      )}
      {s.error && s.error !== s.journal?.error && (
        <Fault words={w.sources.faults[s.fault ?? 'other']} detail={s.error} />
      )}
      {s.journal?.error && (
        <div data-journal={s.journal.fault ?? 'failed'}>
          <Fault words={w.journal.faults[s.journal.fault ?? ''] ?? w.journal.unread} detail={s.journal.error} />
        </div>
      )}
      {s.embed && <Embed code={s.embed} name={s.name} />}
    </li>
  )
}
