import { useState } from 'react'
import { Link } from 'wouter'
import type { Call, Direction, Disposition } from '../api/client'
import { useUsers } from '../api/people'
import { seesAll, useMe } from '../api/session'
import { type CallQuery, useCalls } from './queries'
import { answeredBy } from '../format/people'
import { clock } from '../format/time'
import { useWords } from '../i18n'
import { CallbackNote } from '../parts/callback'
import { Pick, Search } from '../parts/controls'
import { Broken, Empty, Page, Skeleton } from '../parts/faces'
import { HangUp } from '../parts/hang-up'
import { Icon } from '../parts/icons'
import { More } from '../parts/more'
import { Sounds } from '../parts/sound'
import { CallButton, Phone } from '../parts/phone'
import { Moment, Outcome, Timer } from '../parts/words'
import { useFilters } from '../router'

const directions: Direction[] = ['in', 'out', 'internal']
const dispositions: Disposition[] = ['answered', 'missed', 'abandoned', 'busy', 'declined', 'unreachable', 'failed', 'voicemail', 'barred', 'interrupted']

/** A filter beside the dispositions: every call that nobody answered. */
const notAnswered = 'not_answered'

function queryOf(s: URLSearchParams): CallQuery {
  const direction = s.get('direction') as Direction
  const disposition = s.get('disposition') as Disposition
  const time = (key: string) => (Number.isNaN(Date.parse(s.get(key) ?? '')) ? undefined : s.get(key)!)
  return {
    direction: directions.includes(direction) ? direction : undefined,
    disposition: dispositions.includes(disposition) ? disposition : undefined,
    not_answered: s.get('disposition') === notAnswered || undefined,
    queue: s.get('queue') || undefined,
    since: time('since'),
    until: time('until'),
    operator_id: s.get('operator') || undefined,
    q: s.get('q') || undefined,
  }
}

const any = '*'

export function CallsPage() {
  const w = useWords()
  const [search, change] = useFilters()
  const calls = useCalls(queryOf(search))
  const rows = calls.data?.pages.flatMap((p) => p.items) ?? []
  const filtered = [...search.keys()].length > 0
  const set = (key: string) => (v: string) => change({ [key]: v === any ? '' : v })
  return (
    <Page title={w.calls.title}>
      <div className="filters" role="search">
        <Search label={w.calls.search} value={search.get('q') ?? ''} onChange={set('q')} />
        <Pick
          label={w.calls.direction}
          value={search.get('direction') ?? any}
          choices={[{ id: any, name: w.calls.anyDirection }, ...directions.map((id) => ({ id, name: w.directions[id] }))]}
          onChange={set('direction')}
        />
        <Pick
          label={w.calls.disposition}
          value={search.get('disposition') ?? any}
          choices={[
            { id: any, name: w.calls.anyDisposition },
            { id: notAnswered, name: w.notAnswered },
            ...dispositions.map((id) => ({ id, name: w.dispositions[id] })),
          ]}
          onChange={set('disposition')}
        />
        <OperatorPick value={search.get('operator') ?? any} onChange={set('operator')} />
        {filtered && (
          <Link href="/calls" className="button quiet">
            {w.leads.clear}
          </Link>
        )}
      </div>
      {calls.isPending ? (
        <div className="panel">
          <Skeleton rows={10} height={53} />
        </div>
      ) : calls.isError && !calls.data ? (
        <Broken error={calls.error} retry={() => void calls.refetch()} />
      ) : rows.length === 0 && !calls.hasNextPage ? (
        filtered ? (
          <Empty
            title={w.leads.noneTitle}
            action={
              <Link href="/calls" className="button">
                {w.leads.clear}
              </Link>
            }
          >
            {w.leads.none}
          </Empty>
        ) : (
          <Empty title={w.calls.emptyTitle}>{w.calls.empty}</Empty>
        )
      ) : (
        <>
          {rows.length > 0 && <CallTable rows={rows} stale={calls.isPlaceholderData} />}
          <More list={calls} shown={rows.length} />
        </>
      )}
    </Page>
  )
}

function OperatorPick({ value, onChange }: { value: string; onChange: (v: string) => void }) {
  const w = useWords()
  const me = useMe()
  const users = useUsers()
  const others = (users.data ?? []).filter((u) => u.extensions.length > 0 && u.id !== me.user.id)
  return (
    <Pick
      label={w.calls.operator}
      value={value}
      choices={[
        { id: any, name: w.calls.anyOperator },
        ...(me.user.extensions.length ? [{ id: 'me', name: w.calls.mine }] : []),
        ...others.map((u) => ({ id: u.id, name: u.name })),
      ]}
      onChange={onChange}
    />
  )
}

function CallTable({ rows, stale }: { rows: Call[]; stale: boolean }) {
  const w = useWords()
  return (
    <div className="panel">
      <table className="list calls" aria-busy={stale}>
        <thead>
          <tr>
            <th scope="col">{w.calls.from}</th>
            <th scope="col">{w.calls.to}</th>
            <th scope="col">{w.calls.operator}</th>
            <th scope="col">{w.calls.disposition}</th>
            <th scope="col" className="end">
              {w.calls.waiting}
            </th>
            <th scope="col" className="end">
              {w.calls.talk}
            </th>
            <th scope="col" className="end">
              {w.calls.started}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((c) => (
            <CallRows key={c.id} call={c} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function CallRows({ call }: { call: Call }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <CallRow call={call} open={open} onOpen={setOpen} />
      {open && (
        <tr className="sound-row">
          <td colSpan={7}>
            <Sounds of={call} open />
          </td>
        </tr>
      )}
    </>
  )
}

function CallRow({ call: c, open, onOpen }: { call: Call; open: boolean; onOpen: (open: boolean) => void }) {
  const w = useWords()
  const supervises = seesAll(useMe())
  const rung = [...new Set(c.legs.map((l) => l.user?.name ?? l.extension))].join(', ')
  const who = c.direction === 'out' ? c.to : c.from
  const name = c.contact_name ? <span className="strong">{c.contact_name}</span> : <Phone number={who} />
  return (
    <tr data-call={c.id} data-linkedid={c.linkedid} data-state={c.state}>
      <td className="cell-main">
        <span className="with-icon">
          <span className={`sign ${c.direction}`} title={w.directions[c.direction]}>
            <Icon name={c.direction} />
            <span className="sr-only">{w.directions[c.direction]}</span>
          </span>
          {c.lead_id || c.contact_id ? (
            <Link href={c.lead_id ? `/leads/${c.lead_id}` : `/contacts/${c.contact_id}`} className="stretch">
              {name}
            </Link>
          ) : (
            name
          )}
          <CallButton number={who} />
        </span>
        {c.contact_name && (
          <span className="muted second indent">
            <Phone number={who} />
          </span>
        )}
      </td>
      <td className="cell-to">
        {c.direction === 'out' ? <Phone number={c.from} /> : c.did || c.to ? <Phone number={c.did || c.to} /> : '—'}
        {c.queue && (
          <span className="muted second">
            {w.calls.queue} {c.queues?.length ? c.queues.join(' → ') : c.queue}
          </span>
        )}
      </td>
      <td className="cell-operator">
        {c.operator || c.operator_extension ? (
          answeredBy(c, '')
        ) : (
          <span className="muted above clip" title={rung}>
            {rung ? `${w.calls.rungAt}: ${rung}` : '—'}
          </span>
        )}
      </td>
      <td className="cell-outcome">
        <Outcome call={c} />
        {c.state !== 'ended' && supervises && <HangUp call={c} />}
        {c.recordings?.some((r) => r.state === 'stored') && (
          <button type="button" className="button quiet sound-open above" aria-expanded={open} onClick={() => onOpen(!open)}>
            <Icon name={open ? 'close' : 'play'} size={14} />
            {open ? w.sound.close : w.sound.listen}
          </button>
        )}
        {c.callback && <CallbackNote callback={c.callback} />}
      </td>
      <td className="cell-wait end num">
        <span className="cell-name">{w.calls.waiting}</span>
        <Wait call={c} />
      </td>
      <td className="cell-talk end num" data-none={talked(c) ? undefined : true}>
        <span className="cell-name">{w.calls.talk}</span>
        <Talk call={c} />
      </td>
      <td className="cell-age end muted">
        <span className="above">
          <Moment at={c.started} />
        </span>
      </td>
    </tr>
  )
}

function Wait({ call: c }: { call: Call }) {
  if (c.state === 'ringing') return <Timer at={c.started} />
  return <>{c.wait_ms !== undefined ? clock(c.wait_ms) : '0:00'}</>
}

const talked = (c: Call) => c.state === 'talking' || !!c.talk_ms

function Talk({ call: c }: { call: Call }) {
  if (c.state === 'talking' && c.answered) return <Timer at={c.answered} />
  return c.talk_ms ? <>{clock(c.talk_ms)}</> : <span className="muted">—</span>
}
