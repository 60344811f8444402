import { Link } from 'wouter'
import { useChoices } from '../api/choices'
import type { Contact, CustomField, Order } from '../api/client'
import { useUsers } from '../api/people'
import { useMe } from '../api/session'
import { CompanyFilter } from '../companies/company-filter'
import { FieldCells, FieldHeads, useColumns } from '../fields/columns'
import { fieldQuery } from '../fields/filter-values'
import { MoreFieldFilters } from '../fields/filters'
import { useWords } from '../i18n'
import { Pick, Search } from '../parts/controls'
import { Empty, Page } from '../parts/faces'
import { Frame, NoneFits } from '../parts/frame'
import { Marks } from '../parts/marks'
import { CallButton, Phone } from '../parts/phone'
import { SortHeader } from '../parts/sort-header'
import { VirtualTable } from '../parts/virtual-rows'
import { Age } from '../parts/words'
import { useFilters } from '../router'
import { choicesOf, orderOf, orders } from '../views/filters'
import { ViewsMenu } from '../views/views-menu'
import { NewContact } from './new-contact'
import { type ContactQuery, useContacts } from './queries'

/** The filters as the address has them, as a question to the hub. */
const queryOf = (s: URLSearchParams): ContactQuery => ({
  q: s.get('q') || undefined,
  owner_id: s.get('owner') || undefined,
  tag: s.get('tag') || undefined,
  company_id: s.get('company') || undefined,
  field: fieldQuery(s),
  order: orderOf('contacts', s),
})

export function ContactsPage() {
  const w = useWords()
  const [search, change] = useFilters()
  const contacts = useContacts(queryOf(search))
  const { rows } = contacts
  const filtered = search.size > 0
  const order = orderOf('contacts', search) ?? 'newest'
  const sort = (order: string) => change({ order: order === 'newest' ? '' : order })
  return (
    <Page
      title={w.contacts.title}
      aside={
        <>
          <ViewsMenu list="contacts" search={search} />
          <NewContact />
        </>
      }
    >
      <div className="filters" role="search">
        <Search label={w.contacts.search} value={search.get('q') ?? ''} onChange={(q) => change({ q })} />
        <OwnerPick value={search.get('owner') ?? ''} onChange={(owner) => change({ owner })} />
        <TagPick value={search.get('tag') ?? ''} onChange={(tag) => change({ tag })} />
        <CompanyFilter bare value={search.get('company') ?? ''} onChange={(company) => change({ company })} />
        <Pick
          label={w.views.order}
          value={order}
          choices={orders.contacts.map((id) => ({ id, name: w.views.orders[id] }))}
          onChange={sort}
        />
        {filtered && (
          <Link href="/contacts" className="button quiet">
            {w.leads.clear}
          </Link>
        )}
        <MoreFieldFilters object="contact" search={search} change={change} />
      </div>
      <Frame
        of={contacts}
        rows={10}
        height={53}
        empty={rows.length === 0 && !contacts.hasNextPage && (filtered ? <NoneFits list="/contacts" /> : <Empty title={w.contacts.emptyTitle}>{w.contacts.empty}</Empty>)}
      >
        {() => <Table list={contacts} order={order} onSort={sort} />}
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

/** The tags of contacts that I see, to choose from. */
function TagPick({ value, onChange }: { value: string; onChange: (tag: string) => void }) {
  const w = useWords()
  const tags = choicesOf(useChoices().data?.tags, value ? [value] : [])
  if (tags.length === 0) return null
  return (
    <Pick
      label={w.contacts.tag}
      value={value || '*'}
      choices={[{ id: '*', name: w.contacts.anyTag }, ...tags]}
      onChange={(v) => onChange(v === '*' ? '' : v)}
    />
  )
}

function Table({ list, order, onSort }: { list: ReturnType<typeof useContacts>; order: Order; onSort: (order: Order) => void }) {
  const w = useWords()
  const columns = useColumns('contact')
  return (
    <VirtualTable
      list={list}
      className="list contacts"
      stale={list.isPlaceholderData}
      columns={4 + columns.length}
      head={
        <tr aria-rowindex={1}>
          <SortHeader name={w.leads.contact} by={['name']} order={order} onSort={onSort} />
          <th scope="col">{w.contacts.identities}</th>
          <th scope="col">{w.now.owner}</th>
          <FieldHeads columns={columns} />
          <SortHeader end name={w.contacts.since} by={['newest', 'oldest']} order={order} onSort={onSort} />
        </tr>
      }
      row={(c, index) => <Row contact={c} index={index} columns={columns} />}
    />
  )
}

function Row({ contact: c, index, columns }: { contact: Contact; index: number; columns: readonly CustomField[] }) {
  const w = useWords()
  const first = c.identities.find((i) => i.kind === 'phone') ?? c.identities[0]
  const value = first && (first.kind === 'phone' ? <Phone number={first.value} /> : first.value)
  return (
    <tr aria-rowindex={index} data-contact={c.id}>
      <td className="cell-main">
        <Link href={`/contacts/${c.id}`} className="stretch strong">
          {c.name || value || w.lead.noName}
        </Link>
        <span className="muted second">{c.line ? w.companies.line : c.company && <span className="clip">{[c.company, c.role].filter(Boolean).join(' · ')}</span>}</span>
        <Marks of={c} />
      </td>
      <td>
        <span className="with-icon">
          {value ?? <span className="muted">—</span>}
          {first?.kind === 'phone' && <CallButton number={first.value} />}
        </span>
        {c.identities.length > 1 && <span className="muted small"> {w.andMore(c.identities.length - 1)}</span>}
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
