import { useEffect } from 'react'
import { Link } from 'wouter'
import type { CustomField, Lead, LeadStatus, Order } from '../api/client'
import { usePipelines } from '../api/pipelines'
import { LeadBoard } from './board'
import { MoreLeadFilters } from './lead-filters'
import { NextStep } from './next-step'
import { StageOf } from './stage-of'
import { type LeadQuery, useLeads } from './queries'
import { FieldCells, FieldHeads, useColumns } from '../fields/columns'
import { fieldQuery } from '../fields/filter-values'
import { money } from '../format/money'
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
import { Age, ChannelIcon, Waited } from '../parts/words'
import { useFilters } from '../router'
import { useSettings } from '../settings'
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
    pipeline_id: s.get('pipeline') || undefined,
    stage_id: s.get('at') || undefined,
    company_id: s.get('company') || undefined,
    field: fieldQuery(s),
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
  const board = search.get('look') === 'board'
  const filtered = [...search.keys()].some((k) => k !== 'look')
  const owner = search.get('owner') ?? 'all'
  return (
    <Page title={w.leads.title} aside={<ViewsMenu list="leads" search={search} />}>
      <div className="filters" role="search">
        <Segments
          label={w.pipelines.look}
          value={board ? 'board' : 'list'}
          choices={(['list', 'board'] as const).map((id) => ({ id, name: w.pipelines.looks[id] }))}
          onChange={(v) => change({ look: v === 'board' ? v : '' })}
        />
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
        <PipelinePick search={search} change={change} board={board} />
        {filtered && (
          <Link href={board ? '/leads?look=board' : '/leads'} className="button quiet">
            {w.leads.clear}
          </Link>
        )}
        <MoreLeadFilters search={search} change={change} />
      </div>
      {board ? <LeadBoard query={queryOf(search)} /> : <List search={search} change={change} filtered={filtered} />}
    </Page>
  )
}

type Change = (patch: Record<string, string>) => void

/** The pipeline whose leads are shown, when there are several. A board shows one. */
function PipelinePick({ search, change, board }: { search: URLSearchParams; change: Change; board: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const used = (usePipelines().data ?? []).filter((p) => !p.retired)
  if (used.length < 2) return null
  const any = board ? [] : [{ id: '*', name: w.pipelines.every }]
  return (
    <Pick
      label={w.pipelines.pipeline}
      value={search.get('pipeline') ?? (board ? used[0]!.id : '*')}
      choices={[...any, ...used.map((p) => ({ id: p.id, name: p.names[lang] }))]}
      onChange={(id) => change({ pipeline: id === '*' ? '' : id, at: '' })}
    />
  )
}

function List({ search, change, filtered }: { search: URLSearchParams; change: Change; filtered: boolean }) {
  const w = useWords()
  const leads = useLeads(queryOf(search))
  return (
    <Frame
      of={leads}
      rows={10}
      height={53}
      empty={leads.rows.length === 0 && !leads.hasNextPage && (filtered ? <NoneFits list="/leads" /> : <Empty title={w.leads.emptyTitle}>{w.leads.empty}</Empty>)}
    >
      {() => <LeadTable list={leads} order={orderOf('leads', search) ?? 'newest'} onSort={(order) => change({ order: order === 'newest' ? '' : order })} />}
    </Frame>
  )
}

function LeadTable({ list, order, onSort }: { list: ReturnType<typeof useLeads>; order: Order; onSort: (order: Order) => void }) {
  const w = useWords()
  const columns = useColumns('lead')
  return (
    <VirtualTable
      list={list}
      className="list leads"
      stale={list.isPlaceholderData}
      columns={5 + columns.length}
      head={
        <tr aria-rowindex={1}>
          <SortHeader name={w.leads.contact} by={['name']} order={order} onSort={onSort} />
          <th scope="col">{w.leads.stage}</th>
          <th scope="col">{w.leads.from}</th>
          <th scope="col">{w.leads.owner}</th>
          <FieldHeads columns={columns} />
          <SortHeader end name={w.leads.opened} by={['newest', 'oldest']} order={order} onSort={onSort} />
        </tr>
      }
      row={(l, index) => <LeadRow lead={l} index={index} columns={columns} />}
    />
  )
}

/** How long a row is highlighted after an event changed its lead, in ms. */
const highlighted = 4000

function LeadRow({ lead: l, index, columns }: { lead: Lead; index: number; columns: readonly CustomField[] }) {
  const w = useWords()
  const { lang } = useSettings()
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
          {l.shared && <span>{w.companies.line}</span>}
          {l.repeat && <span>{w.leads.repeat}</span>}
          {l.subject && <span className="clip">{l.subject}</span>}
        </span>
      </td>
      <td className="cell-stage">
        <StageOf lead={l} />
        {l.amount && l.currency ? <span className="second num">{money(l.amount, l.currency, lang)}</span> : null}
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
      <FieldCells columns={columns} values={l.fields} />
      <td className="cell-age end muted">
        <span className="above">
          <Age at={l.opened} />
          <Waited lead={l} />
        </span>
      </td>
    </tr>
  )
}
