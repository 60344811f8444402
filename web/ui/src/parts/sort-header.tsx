import type { Order } from '../api/client'
import { useWords } from '../i18n'
import { Icon } from './icons'

const ascending: readonly Order[] = ['oldest', 'name']

/** The head of a column by which a list can be sorted. Each press takes the next of its orders, then newest first. */
export function SortHeader({ name, by, order, onSort, end }: { name: string; by: readonly Order[]; order: Order; onSort: (order: Order) => void; end?: boolean }) {
  const w = useWords()
  const next = by[by.indexOf(order) + 1] ?? 'newest'
  const up = ascending.includes(order)
  const sorted = by.includes(order)
  return (
    <th scope="col" className={end ? 'end' : undefined} aria-sort={sorted ? (up ? 'ascending' : 'descending') : undefined}>
      <button type="button" className="sort" title={w.views.orders[next]} onClick={() => onSort(next)}>
        {name}
        <Icon name={sorted && up ? 'up' : 'down'} size={12} />
      </button>
    </th>
  )
}
