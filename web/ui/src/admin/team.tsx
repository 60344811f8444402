import type { Seat } from '../api/client'
import { useSeats, useUsers } from '../api/people'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import type { Live } from '../live/calls'
import { ownLegs } from '../live/cards'
import { useLive } from '../live/use'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { Timer } from '../parts/words'
import { MissingPage } from '../parts/missing'
import { HandOverActions } from './hand-over'
import { useSubstitutes } from './hand-over-query'

/** All users who take calls or leads: presence, state of their phones, their calls. */
export function TeamPage() {
  const w = useWords()
  const may = seesAll(useMe())
  const seats = useSeats(may)
  const live = useLive()
  if (!may) return <MissingPage />
  const there = seats.data?.filter((s) => s.presence === 'available' && s.on_shift).length ?? 0
  return (
    <Page
      title={w.team.title}
      aside={<span className="muted">{seats.data?.length ? w.team.there(there, seats.data.length) : w.team.intro}</span>}
    >
      <Frame of={seats} rows={6} height={53} empty={seats.data?.length === 0 && <Empty title={w.team.emptyTitle}>{w.team.empty}</Empty>}>
        {(data) => (
          <div className="panel">
            <table className="list seats">
              <thead>
                <tr>
                  <th scope="col">{w.team.name}</th>
                  <th scope="col">{w.team.word}</th>
                  <th scope="col">{w.team.since}</th>
                  <th scope="col">{w.team.doing}</th>
                  <th scope="col">{w.team.device}</th>
                  <th scope="col">
                    <span className="sr-only">{w.handover.actions}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((s) => (
                  <SeatRow key={s.user.id} seat={s} doing={doing(s, live)} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Frame>
    </Page>
  )
}

/** A user's calls in progress. */
function doing(s: Seat, live: Live): Seat['activity'] {
  const own = ownLegs(live, s.extensions)
  const talks = Object.values(live.calls).some(({ call }) => call.state === 'talking' && call.operator?.id === s.user.id)
  if (talks || own.some((l) => l.state === 'talking')) return 'talking'
  return own.some((l) => l.state === 'ringing') ? 'ringing' : 'idle'
}

const deviceTone = { registered: 'good', unreachable: 'bad', unknown: 'plain' } as const

function SeatRow({ seat: s, doing }: { seat: Seat; doing: Seat['activity'] }) {
  const w = useWords()
  const me = useMe()
  const role = useUsers().data?.find((u) => u.id === s.user.id)?.role
  const away = useSubstitutes().data?.find((a) => a.user.id === s.user.id)
  const why = s.reason && (s.reason === 'other' && s.note ? s.note : w.pauses[s.reason])
  return (
    <tr data-seat={s.user.id} data-presence={s.presence} data-doing={doing} data-device={s.device}>
      <td className="cell-main">
        <span className="strong">{s.user.name}</span>{' '}
        <span className="muted num">{s.extensions.join(', ')}</span>
        {s.team && <span className="muted"> · {s.team}</span>}
      </td>
      <td className="cell-state">
        <span className={`dot ${s.presence}`} /> {w.presence[s.presence]}
        {why && <span className="muted"> · {why}</span>}
        {!s.on_shift && <span className="muted"> · {w.team.offShift}</span>}
      </td>
      <td className="cell-since muted num">{s.since && <Timer at={s.since} />}</td>
      <td className="cell-doing">
        {s.extensions.length === 0 ? (
          <span className="muted">—</span>
        ) : (
          <span className={doing === 'idle' ? 'muted' : ''}>
            {doing !== 'idle' && <span className={`dot ${doing}`} />} {w.team.doings[doing]}
          </span>
        )}
      </td>
      <td className="cell-device">
        {s.extensions.length ? (
          <span className={`badge ${deviceTone[s.device]}`}>{w.team.devices[s.device]}</span>
        ) : (
          <span className="muted">{w.team.devices.none}</span>
        )}
      </td>
      <td className="cell-actions">
        <HandOverActions of={s.user} dismissible={s.user.id !== me.user.id} serves={role === 'manager' || role === 'operator'} away={away} />
      </td>
    </tr>
  )
}
