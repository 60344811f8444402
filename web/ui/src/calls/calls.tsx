import { useState } from 'react'
import { Link } from 'wouter'
import type { Call, Order } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { CallFilters, queryOf } from './call-filters'
import { useCalls } from './queries'
import { answeredBy } from '../format/people'
import { clock } from '../format/time'
import { useWords } from '../i18n'
import { CallbackNote } from '../parts/callback'
import { Empty, Page } from '../parts/faces'
import { Frame, NoneFits } from '../parts/frame'
import { HangUp } from '../parts/hang-up'
import { Icon } from '../parts/icons'
import { Sounds } from '../parts/sound'
import { SortHeader } from '../parts/sort-header'
import { VirtualTable } from '../parts/virtual-rows'
import { CallButton, Phone } from '../parts/phone'
import { Moment, Outcome, Timer } from '../parts/words'
import { useFilters } from '../router'
import { orderOf } from '../views/filters'
import { ViewsMenu } from '../views/views-menu'

export function CallsPage() {
  const w = useWords()
  const [search, change] = useFilters()
  const calls = useCalls(queryOf(search))
  const { rows } = calls
  const filtered = search.size > 0
  return (
    <Page title={w.calls.title} aside={<ViewsMenu list="calls" search={search} />}>
      <div className="filters" role="search">
        <CallFilters search={search} change={change} />
      </div>
      <Frame
        of={calls}
        rows={10}
        height={53}
        empty={rows.length === 0 && !calls.hasNextPage && (filtered ? <NoneFits list="/calls" /> : <Empty title={w.calls.emptyTitle}>{w.calls.empty}</Empty>)}
      >
        {() => <CallTable list={calls} order={orderOf('calls', search) ?? 'newest'} onSort={(order) => change({ order: order === 'newest' ? '' : order })} />}
      </Frame>
    </Page>
  )
}

function CallTable({ list, order, onSort }: { list: ReturnType<typeof useCalls>; order: Order; onSort: (order: Order) => void }) {
  const w = useWords()
  const [open, setOpen] = useState<readonly string[]>([])
  return (
    <VirtualTable
      list={list}
      className="list calls"
      stale={list.isPlaceholderData}
      columns={7}
      head={
        <tr aria-rowindex={1}>
          <th scope="col">{w.calls.from}</th>
          <th scope="col">{w.calls.to}</th>
          <th scope="col">{w.calls.operator}</th>
          <th scope="col">{w.calls.disposition}</th>
          <SortHeader end name={w.calls.waiting} by={['longest_wait']} order={order} onSort={onSort} />
          <SortHeader end name={w.calls.talk} by={['longest_talk']} order={order} onSort={onSort} />
          <SortHeader end name={w.calls.started} by={['newest', 'oldest']} order={order} onSort={onSort} />
        </tr>
      }
      row={(c, index) => (
        <>
          <CallRow call={c} index={index} open={open.includes(c.id)} onOpen={(o) => setOpen((ids) => (o ? [...ids, c.id] : ids.filter((id) => id !== c.id)))} />
          {open.includes(c.id) && (
            <tr className="sound-row">
              <td colSpan={7}>
                <Sounds of={c} open />
              </td>
            </tr>
          )}
        </>
      )}
    />
  )
}

function CallRow({ call: c, index, open, onOpen }: { call: Call; index: number; open: boolean; onOpen: (open: boolean) => void }) {
  const w = useWords()
  const supervises = seesAll(useMe())
  const rung = [...new Set(c.legs.map((l) => l.user?.name ?? l.extension))].join(', ')
  const who = c.direction === 'out' ? c.to : c.from
  const name = c.contact_name ? <span className="strong">{c.contact_name}</span> : <Phone number={who} />
  return (
    <tr aria-rowindex={index} data-call={c.id} data-linkedid={c.linkedid} data-state={c.state}>
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
        {c.shared && <span className="muted second indent">{w.companies.line}</span>}
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
