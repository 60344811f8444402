import type { ReactNode } from 'react'
import type { User } from '../api/client'
import { useUsers } from '../api/people'
import { answeredBy, legNames } from '../format/people'
import { useWords } from '../i18n'
import type { Entry, Live } from '../live/calls'
import { ownLegs, wall } from '../live/cards'
import { useLive } from '../live/use'
import { Icon } from '../parts/icons'
import { Phone } from '../parts/phone'
import { Timer } from '../parts/words'

/** Every call in progress and every colleague, for supervisors. */
export function Wall() {
  const w = useWords()
  const live = useLive()
  const { ringing, talking } = wall(live)
  return (
    <section className="wall" aria-label={w.now.wallTitle}>
      <Column
        title={w.now.ringing}
        count={ringing.length}
        kind="ringing"
        aside={
          ringing[0] && (
            <span className="muted">
              {w.now.longest} <Timer at={ringing[0].call.started} />
            </span>
          )
        }
        empty={w.now.wallEmptyRinging}
      >
        {ringing.map((e) => (
          <WallCall key={e.call.id} entry={e} who={rungNow(e, w.andMore)} />
        ))}
      </Column>
      <Column title={w.now.talking} count={talking.length} kind="talking" empty={w.now.wallEmptyTalking}>
        {talking.map((e) => (
          <WallCall key={e.call.id} entry={e} who={answeredBy(e.call, w.unknown)} />
        ))}
      </Column>
      <Team live={live} />
    </section>
  )
}

const rungNow = (e: Entry, more: (n: number) => string) =>
  legNames(
    e.call.legs.filter((l) => l.state === 'ringing'),
    more,
  )

function Column(props: { title: string; count: number; kind: string; aside?: ReactNode; empty: string; children: ReactNode }) {
  return (
    <div className="panel" data-wall={props.kind}>
      <div className="panel-head">
        <h2>
          {props.title} <span className="count num">{props.count}</span>
        </h2>
        <span className="grow" />
        {props.aside}
      </div>
      {props.count ? <ul className="rows">{props.children}</ul> : <p className="muted panel-empty">{props.empty}</p>}
    </div>
  )
}

function WallCall({ entry: { call, contact }, who }: { entry: Entry; who: string }) {
  const w = useWords()
  const other = call.direction === 'out' ? call.to : call.from
  const name = contact?.name || call.contact_name
  return (
    <li className="row wall-call" data-linkedid={call.linkedid} data-state={call.state}>
      <span className={`sign ${call.direction}`} title={w.directions[call.direction]}>
        <Icon name={call.direction} />
        <span className="sr-only">{w.directions[call.direction]}</span>
      </span>
      <span className="wall-main">
        <span>
          {name ? <span className="strong">{name}</span> : <Phone number={other} />}
          {call.queue && (
            <span className="muted">
              {' '}
              · {w.now.queue} {call.queue}
            </span>
          )}
        </span>
        <span className="muted">{who}</span>
      </span>
      <Timer at={(call.state === 'talking' && call.answered) || call.started} />
    </li>
  )
}

function Team({ live }: { live: Live }) {
  const w = useWords()
  const users = useUsers()
  const staff = (users.data ?? []).filter((u) => !u.disabled && u.extensions.length > 0)
  const state = (u: User) => {
    const own = ownLegs(live, u.extensions)
    if (own.some((l) => l.state === 'talking')) return { dot: 'talking', name: w.now.oncall }
    if (own.some((l) => l.state === 'ringing')) return { dot: 'ringing', name: w.team.doings.ringing }
    return { dot: u.presence, name: w.presence[u.presence] }
  }
  return (
    <div className="panel" data-wall="team">
      <div className="panel-head">
        <h2>
          {w.now.team} <span className="count num">{staff.length}</span>
        </h2>
      </div>
      <ul className="rows">
        {staff.map((u) => {
          const s = state(u)
          return (
            <li key={u.id} className="row team-row">
              <span className={`dot ${s.dot}`} />
              <span className="team-name">
                {u.name} <span className="muted num">{u.extensions.join(', ')}</span>
              </span>
              <span className="muted">{s.name}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
