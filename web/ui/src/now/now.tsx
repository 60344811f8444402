import { useState } from 'react'
import { Link } from 'wouter'
import type { Call } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { useMyTasks } from '../api/tasks'
import { useRecentCalls } from './queries'
import { answeredBy } from '../format/people'
import { useWords } from '../i18n'
import { useCards } from '../live/use'
import { Segments } from '../parts/controls'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { Icon } from '../parts/icons'
import { Phone } from '../parts/phone'
import { Age, Outcome } from '../parts/words'
import { DialField } from './dial-field'
import { Wall } from './wall'

/** All calls in progress for supervisors, and the newest calls; mine are in the dock. */
export function NowPage() {
  const w = useWords()
  const me = useMe()
  const calling = useCards().length > 0
  const { extensions, presence } = me.user
  return (
    <Page title={w.now.title} aside={<DialField />}>
      {presence !== 'available' && !seesAll(me) && <p className="note">{me.queues ? w.now.asleepQueues : w.now.asleep}</p>}
      <MyTasks />
      {!calling && !seesAll(me) && (
        <Empty title={w.now.idleTitle}>{extensions.length ? w.now.idle(w.now.extension(extensions)) : w.now.noExtension}</Empty>
      )}
      {seesAll(me) && <Wall />}
      <Recent />
    </Page>
  )
}

/** My open tasks; hidden if there are none. */
function MyTasks() {
  const w = useWords()
  const { data } = useMyTasks()
  if (!data?.open) return null
  return (
    <p className={data.late ? 'note mine late' : 'note mine'} data-tasks={data.open}>
      <Icon name="tasks" />
      <span>
        {w.tasks.mine(data.open)}
        {data.late > 0 && `, ${w.tasks.mineLate(data.late)}`}
      </span>
      <Link href="/tasks?whose=mine">{w.tasks.toTasks}</Link>
    </p>
  )
}

function Recent() {
  const w = useWords()
  const [notAnswered, setNotAnswered] = useState(false)
  const calls = useRecentCalls(notAnswered)
  return (
    <section className="panel" aria-labelledby="recent">
      <div className="panel-head">
        <h2 id="recent">{w.now.recent}</h2>
        <Segments
          label={w.now.recent}
          value={notAnswered ? 'not_answered' : 'all'}
          onChange={(v) => setNotAnswered(v === 'not_answered')}
          choices={[
            { id: 'all', name: w.now.all },
            { id: 'not_answered', name: w.notAnswered },
          ]}
        />
        <span className="grow" />
        <Link href={notAnswered ? '/calls?disposition=not_answered' : '/calls'}>{w.now.toCalls}</Link>
      </div>
      <Frame of={calls} rows={6} inside empty={calls.data?.length === 0 && <Empty title={notAnswered ? w.now.allAnswered : w.now.noRecent} />}>
        {(data) => (
          <ul className="rows">
            {data.map((c) => (
              <RecentCall key={c.id} call={c} />
            ))}
          </ul>
        )}
      </Frame>
    </section>
  )
}

function RecentCall({ call: c }: { call: Call }) {
  const w = useWords()
  const other = c.direction === 'out' ? c.to : c.from
  return (
    <li className="row recent">
      <span className={`sign ${c.direction}`} title={w.directions[c.direction]}>
        <Icon name={c.direction} />
        <span className="sr-only">{w.directions[c.direction]}</span>
      </span>
      <span className="recent-who">
        {c.contact_name &&
          (c.lead_id || c.contact_id ? (
            <Link href={c.lead_id ? `/leads/${c.lead_id}` : `/contacts/${c.contact_id}`} className="strong">
              {c.contact_name}
            </Link>
          ) : (
            <span className="strong">{c.contact_name}</span>
          ))}
        <span className={c.contact_name ? 'muted' : 'strong'}>
          <Phone number={other} call />
        </span>
      </span>
      <span className="muted recent-to">
        {c.queue ? `${w.now.queue} ${c.queue}` : c.direction === 'in' && c.did ? <Phone number={c.did} /> : null}
      </span>
      <span className="muted recent-by">{c.operator || c.operator_extension ? answeredBy(c, '') : ''}</span>
      <span className="recent-outcome">
        <Outcome call={c} />
      </span>
      <span className="muted recent-age">
        <Age at={c.started} />
      </span>
    </li>
  )
}
