import { useState } from 'react'
import { Link } from 'wouter'
import type { Delivery, DeliveryState, Sink } from '../api/client'
import { useMe } from '../api/session'
import { useDeliveries, useDelivery, useReplay, useSinks } from './queries'
import { useWords, type Words } from '../i18n'
import { Fault } from '../parts/fault'
import { Broken, Empty, Page, Refused, Skeleton } from '../parts/faces'
import { Frame } from '../parts/frame'
import { Icon } from '../parts/icons'
import { More } from '../parts/more'
import { Age, Moment } from '../parts/words'

export function IntegrationsPage() {
  const w = useWords()
  const sinks = useSinks()
  return (
    <Page title={w.integrations.title} aside={<span className="muted">{w.integrations.intro}</span>}>
      <Frame of={sinks} rows={3} height={72} empty={sinks.data?.length === 0 && <Empty title={w.integrations.emptyTitle}>{w.integrations.empty}</Empty>}>
        {(data) => (
          <ul className="sources">
            {data.map((s) => (
              <SinkItem key={s.name} sink={s} />
            ))}
          </ul>
        )}
      </Frame>
    </Page>
  )
}

const states: DeliveryState[] = ['waiting', 'dead', 'delivered']

/** What happened, in words; "lead.*" stands for a group. */
const eventName = (w: Words, type: string) =>
  w.integrations.events[type] ?? (type.endsWith('.*') ? w.integrations.eventGroups[type.slice(0, -2)] : undefined) ?? type

function healthOf(s: Sink) {
  if (!s.configured) return { word: 'gone', tone: 'plain' } as const
  if (s.dead) return { word: 'dead', tone: 'bad' } as const
  return s.failing ? ({ word: 'failing', tone: 'warn' } as const) : ({ word: 'good', tone: 'good' } as const)
}

function SinkItem({ sink: s }: { sink: Sink }) {
  const w = useWords()
  const [shown, show] = useState<DeliveryState>()
  const health = healthOf(s)
  return (
    <li className="panel source" data-sink={s.name} data-health={health.word}>
      <div className="source-head">
        <h2>{s.name}</h2>
        {s.kind && <span className="muted">{w.integrations.kinds[s.kind] ?? s.kind}</span>}
        <span className="grow" />
        <span className={`badge ${health.tone}`}>{w.integrations.health[health.word]}</span>
      </div>
      <p className="source-facts muted">
        {s.configured && <span>{s.events.map((e) => eventName(w, e)).join(', ') || w.integrations.allEvents}</span>}
        <span>
          {w.integrations.last}: {s.last_delivered ? <Age at={s.last_delivered} /> : w.integrations.never}
        </span>
      </p>
      {!s.configured && <p className="muted">{w.integrations.goneText}</p>}
      <div className="sink-counts">
        {states.map((state) => (
          <button
            key={state}
            type="button"
            className="button quiet"
            aria-expanded={shown === state}
            data-count={state}
            onClick={() => show(shown === state ? undefined : state)}
          >
            <span className={`num strong ${state === 'dead' && s.dead ? 'bad-text' : ''}`}>{s[state]}</span>
            <span>
              {w.integrations.states[state]}
              {state === 'delivered' && ` ${w.integrations.today}`}
            </span>
            <Icon name="down" size={14} />
          </button>
        ))}
      </div>
      {shown && <Deliveries sink={s.name} state={shown} />}
    </li>
  )
}

function Deliveries(query: { sink: string; state: DeliveryState }) {
  const w = useWords()
  const list = useDeliveries(query)
  if (list.isPending) return <Skeleton rows={3} />
  if (list.isError && !list.data) return <Broken error={list.error} retry={() => void list.refetch()} />
  const rows = list.data.pages.flatMap((p) => p.items)
  if (rows.length === 0) return <p className="muted">{w.integrations.none[query.state]}</p>
  return (
    <>
      <ul className="deliveries" aria-label={`${query.sink}: ${w.integrations.states[query.state]}`} aria-busy={list.isPlaceholderData}>
        {rows.map((d) => (
          <DeliveryItem key={d.id} delivery={d} />
        ))}
      </ul>
      <More list={list} shown={rows.length} />
    </>
  )
}

function DeliveryItem({ delivery: d }: { delivery: Delivery }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  const whole = useDelivery(d.id, open)
  const replay = useReplay()
  const mayReplay = useMe().user.role === 'admin' && d.state === 'dead'
  return (
    <li className="delivery" data-delivery={d.id} data-state={d.state}>
      <div className="source-head">
        <span className="strong">{eventName(w, d.event_type)}</span>
        <span className="muted">
          <Moment at={d.at} />
        </span>
        <span className="muted num">{w.integrations.attempts(d.attempts)}</span>
        {d.state === 'waiting' && d.attempts > 0 && (
          <span className="muted">
            {w.integrations.next}: {d.next ? <Moment at={d.next} /> : w.integrations.due}
          </span>
        )}
        <span className="grow" />
        {d.lead_id && <Link href={`/leads/${d.lead_id}`}>{w.integrations.lead}</Link>}
        {mayReplay && (
          <button type="button" className="button" disabled={replay.isPending} onClick={() => replay.mutate(d.id)}>
            {replay.isPending ? w.integrations.replaying : w.integrations.replay}
          </button>
        )}
      </div>
      {d.error && (
        <Fault words={w.integrations.failed} detail={d.error} />
      )}
      <Refused error={replay.error} />
      <details className="embed" onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{w.integrations.content}</summary>
        {whole.isError ? (
          <Broken error={whole.error} retry={() => void whole.refetch()} />
        ) : (
          <div className="embed-code">
            <pre tabIndex={0} aria-label={`${w.integrations.content}: ${eventName(w, d.event_type)}`}>
              {whole.data ? JSON.stringify(whole.data.event, null, 2) : w.loading}
            </pre>
          </div>
        )}
      </details>
    </li>
  )
}
