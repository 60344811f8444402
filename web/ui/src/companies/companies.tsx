import { Link } from 'wouter'
import type { Company, CustomField, Order } from '../api/client'
import { useUsers } from '../api/people'
import { useMe } from '../api/session'
import { FieldCells, FieldHeads, useColumns } from '../fields/columns'
import { fieldQuery } from '../fields/filter-values'
import { MoreFieldFilters } from '../fields/filters'
import { readableDomain } from '../format/domain'
import { useWords } from '../i18n'
import { Pick, Search } from '../parts/controls'
import { Empty, Page } from '../parts/faces'
import { Frame, NoneFits } from '../parts/frame'
import { Marks } from '../parts/marks'
import { SortHeader } from '../parts/sort-header'
import { VirtualTable } from '../parts/virtual-rows'
import { Age } from '../parts/words'
import { useFilters } from '../router'
import { orderOf, orders } from '../views/filters'
import { ViewsMenu } from '../views/views-menu'
import { NewCompany } from './new-company'
import { type CompanyQuery, useCompanies } from './queries'
import './companies.css'

/** The filters as the address has them, as a question to the hub. */
const queryOf = (s: URLSearchParams): CompanyQuery => ({
  q: s.get('q') || undefined,
  owner_id: s.get('owner') || undefined,
  field: fieldQuery(s),
  order: orderOf('companies', s),
})

export function CompaniesPage() {
  const w = useWords()
  const [search, change] = useFilters()
  const companies = useCompanies(queryOf(search))
  const { rows } = companies
  const filtered = search.size > 0
  const order = orderOf('companies', search) ?? 'newest'
  const sort = (order: string) => change({ order: order === 'newest' ? '' : order })
  return (
    <Page
      title={w.companies.title}
      aside={
        <>
          <ViewsMenu list="companies" search={search} />
          <NewCompany />
        </>
      }
    >
      <div className="filters" role="search">
        <Search label={w.companies.search} value={search.get('q') ?? ''} onChange={(q) => change({ q })} />
        <OwnerPick value={search.get('owner') ?? ''} onChange={(owner) => change({ owner })} />
        <Pick label={w.views.order} value={order} choices={orders.companies.map((id) => ({ id, name: w.views.orders[id] }))} onChange={sort} />
        {filtered && (
          <Link href="/companies" className="button quiet">
            {w.leads.clear}
          </Link>
        )}
        <MoreFieldFilters object="company" search={search} change={change} />
      </div>
      <Frame
        of={companies}
        rows={10}
        height={53}
        empty={rows.length === 0 && !companies.hasNextPage && (filtered ? <NoneFits list="/companies" /> : <Empty title={w.companies.emptyTitle}>{w.companies.empty}</Empty>)}
      >
        {() => <Table list={companies} order={order} onSort={sort} />}
      </Frame>
    </Page>
  )
}

function OwnerPick({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const w = useWords()
  const me = useMe()
  const users = useUsers()
  const others = (users.data ?? []).filter((u) => u.id !== me.user.id && (u.role === 'manager' || u.role === 'operator'))
  return (
    <Pick
      label={w.now.owner}
      value={value || '*'}
      choices={[{ id: '*', name: w.leads.owners.all! }, { id: 'me', name: w.leads.owners.me! }, ...others.map((u) => ({ id: u.id, name: u.name }))]}
      onChange={(v) => onChange(v === '*' ? '' : v)}
    />
  )
}

function Table({ list, order, onSort }: { list: ReturnType<typeof useCompanies>; order: Order; onSort: (order: Order) => void }) {
  const w = useWords()
  const columns = useColumns('company')
  return (
    <VirtualTable
      list={list}
      className="list companies"
      stale={list.isPlaceholderData}
      columns={5 + columns.length}
      head={
        <tr aria-rowindex={1}>
          <SortHeader name={w.companies.one} by={['name']} order={order} onSort={onSort} />
          <th scope="col">{w.companies.taxId}</th>
          <th scope="col">{w.companies.domains}</th>
          <th scope="col">{w.now.owner}</th>
          <FieldHeads columns={columns} />
          <SortHeader end name={w.companies.since} by={['newest']} order={order} onSort={onSort} />
        </tr>
      }
      row={(c, index) => <Row company={c} index={index} columns={columns} />}
    />
  )
}

function Row({ company: c, index, columns }: { company: Company; index: number; columns: readonly CustomField[] }) {
  const w = useWords()
  const [domain, ...more] = c.domains
  return (
    <tr aria-rowindex={index} data-company={c.id}>
      <td className="cell-main">
        <Link href={`/companies/${c.id}`} className="stretch strong">
          {c.name}
        </Link>
        <span className="muted second">{c.legal_name && <span className="clip">{c.legal_name}</span>}</span>
        <Marks of={c} />
      </td>
      <td className="num">{c.tax_id || <span className="muted">—</span>}</td>
      <td>
        {domain ? readableDomain(domain) : <span className="muted">—</span>}
        {more.length > 0 && <span className="muted small"> {w.andMore(more.length)}</span>}
      </td>
      <td>{c.owner?.name || <span className="muted">{w.now.noOwner}</span>}</td>
      <FieldCells columns={columns} values={c.fields} />
      <td className="end muted">
        <span className="above">
          <Age at={c.created} />
        </span>
      </td>
    </tr>
  )
}
