import { useWords } from '../i18n'
import { Icon } from './icons'

/** The head of the column by which a list is sorted; a press turns the order round. */
export function SortHeader({ name, newest, onTurn }: { name: string; newest: boolean; onTurn: (order: 'newest' | 'oldest') => void }) {
  const w = useWords()
  return (
    <th scope="col" className="end" aria-sort={newest ? 'descending' : 'ascending'}>
      <button type="button" className="sort" title={newest ? w.views.turnOldest : w.views.turnNewest} onClick={() => onTurn(newest ? 'oldest' : 'newest')}>
        {name}
        <Icon name={newest ? 'down' : 'up'} size={12} />
      </button>
    </th>
  )
}
