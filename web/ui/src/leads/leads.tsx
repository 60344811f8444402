import { useEffect } from 'react'
import { Link } from 'wouter'
import type { Lead, LeadStatus, NextTask, Order } from '../api/client'
import { MoreLeadFilters } from './lead-filters'
import { type LeadQuery, useLeads } from './queries'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { reasonShort, reasonText } from '../i18n/reasons'
import { useFeed, useNow } from '../live/use'
import { Pick, Search, Segments } from '../parts/controls'
import { Empty, Page } from '../parts/faces'
import { Frame, NoneFits } from '../parts/frame'
import { CallButton, Phone } from '../parts/phone'
import { SortHeader } from '../parts/sort-header'
import { VirtualTable } from '../parts/virtual-rows'
import { Age, ChannelIcon, Moment, Stage, Waited } from '../parts/words'
import { useFilters } from '../router'
import { kindName } from '../tasks/due'
import { Period } from '../views/choose'
import { eitherOf, orderOf, periodOf, some, valuesOf } from '../views/filters'
import { ViewsMenu } from '../views/views-menu'

const stages = ['open', 'new', 'working', 'won', 'refused', 'all'] as const

/** The filters as the address has them, and the same as a question to the hub. */
function queryOf(s: URLSearchParams): LeadQuery {
  const stage = s.get('stage') ?? 'open'
  const owner = s.get('owner')
  return {
    open: stage === 'open' ? true : undefined,
    status: ['new', 'working', 'won', 'refused'].includes(stage) ? (stage as LeadStatus) : undefined,
    manager_id: owner || undefined,
    source: some(valuesOf(s, 'source')),
    channel: some(valuesOf(s, 'channel')),
    team: some(valuesOf(s, 'team')),
    repeat: eitherOf(s, 'repeat'),
    waiting: s.get('waiting') === 'yes' || undefined,
    ...periodOf(s, new Date()),
    order: orderOf('leads', s),
    utm_source: s.get('utm_source') || undefined,
    q: s.get('q') || undefined,
  }
}

let lastSearch = ''

/** The list of leads with the filters of the last visit. */
export const leadsAddress = () => '/leads' + lastSearch

export function LeadsPage() {
  const w = useWords()
  const [search, change] = useFilters()
  useEffect(() => {
    lastSearch = location.search
  })
  const leads = useLeads(queryOf(search))
  const { rows } = leads
  const filtered = search.size > 0
  const owner = search.get('owner') ?? 'all'
  return (
    <Page title={w.leads.title} aside={<ViewsMenu list="leads" search={search} />}>
      <div className="filters" role="search">
        <Search label={w.leads.search} value={search.get('q') ?? ''} onChange={(q) => change({ q })} />
        <Segments
          label={w.leads.owner}
          value={owner}
          choices={['all', 'me', 'none'].map((id) => ({ id, name: w.leads.owners[id]! }))}
          onChange={(v) => change({ owner: v === 'all' ? '' : v })}
        />
        <Pick
          label={w.leads.stage}
          value={search.get('stage') ?? 'open'}
          choices={stages.map((id) => ({ id, name: w.leads.stages[id]! }))}
          onChange={(v) => change({ stage: v === 'open' ? '' : v })}
        />
        <Period label={w.views.period} search={search} change={change} />
        {filtered && (
          <Link href="/leads" className="button quiet">
            {w.leads.clear}
          </Link>
        )}
        <MoreLeadFilters search={search} change={change} />
      </div>
      <Frame
        of={leads}
        rows={10}
        height={53}
        empty={rows.length === 0 && !leads.hasNextPage && (filtered ? <NoneFits list="/leads" /> : <Empty title={w.leads.emptyTitle}>{w.leads.empty}</Empty>)}
      >
        {() => <LeadTable list={leads} order={orderOf('leads', search) ?? 'newest'} onSort={(order) => change({ order: order === 'newest' ? '' : order })} />}
      </Frame>
    </Page>
  )
}

function LeadTable({ list, order, onSort }: { list: ReturnType<typeof useLeads>; order: Order; onSort: (order: Order) => void }) {
  const w = useWords()
  return (
    <VirtualTable
      list={list}
      className="list leads"
      stale={list.isPlaceholderData}
      columns={5}
      head={
        <tr aria-rowindex={1}>
          <SortHeader name={w.leads.contact} by={['name']} order={order} onSort={onSort} />
          <th scope="col">{w.leads.stage}</th>
          <th scope="col">{w.leads.from}</th>
          <th scope="col">{w.leads.owner}</th>
          <SortHeader end name={w.leads.opened} by={['newest', 'oldest']} order={order} onSort={onSort} />
        </tr>
      }
      row={(l, index) => <LeadRow lead={l} index={index} />}
    />
  )
}

/** What is planned next with the customer of an open lead, or that nothing is. */
function NextStep({ of: t }: { of: NextTask | undefined }) {
  const w = useWords()
  if (!t) {
    return (
      <span className="second no-next" data-no-next>
        {w.plan.noNext}
      </span>
    )
  }
  return (
    <span className="second muted" title={t.title}>
      <span>
        {w.plan.nextIs} {kindName(w, t.kind)}, <Moment at={t.due} />
      </span>
    </span>
  )
}

/** How long a row is highlighted after an event changed its lead, in ms. */
const highlighted = 4000

function LeadRow({ lead: l, index }: { lead: Lead; index: number }) {
  const w = useWords()
  const feed = useFeed()
  const now = useNow(1000)
  const fresh = now - (feed.fresh.get(l.id) ?? 0) < highlighted
  const why = reasonText(w, l.reason, l.reason_text)
  const open = l.status === 'new' || l.status === 'working'
  return (
    <tr aria-rowindex={index} data-lead={l.id} data-status={l.status} data-fresh={fresh || undefined}>
      <td className="cell-main">
        <Link href={`/leads/${l.id}`} className="stretch strong">
          {l.contact_name || (l.contact_key ? <Phone number={l.contact_key} /> : w.lead.noName)}
        </Link>
        <span className="muted second">
          {l.contact_name && l.contact_key && <Phone number={l.contact_key} />}
          {l.contact_key && <CallButton number={l.contact_key} />}
          {l.repeat && <span>{w.leads.repeat}</span>}
          {l.subject && <span className="clip">{l.subject}</span>}
        </span>
      </td>
      <td className="cell-stage">
        <Stage status={l.status} />
        {open && <NextStep of={l.next_task} />}
      </td>
      <td className="cell-from">
        <span className="with-icon">
          <ChannelIcon of={{ channel: l.channel, direction: 'in' }} />
          <span className="sr-only">{w.channels[l.channel] ?? l.channel}</span>
          {sourceName(w, l.source)}
        </span>
      </td>
      <td className="cell-owner">
        {l.manager_name || <span className="muted">{w.leads.unassigned}</span>}
        {why && (
          <span className="muted second above" title={why}>
            {reasonShort(w, l.reason)}
            <span className="sr-only">: {why}</span>
          </span>
        )}
      </td>
      <td className="cell-age end muted">
        <span className="above">
          <Age at={l.opened} />
          <Waited lead={l} />
        </span>
      </td>
    </tr>
  )
}
