import { type ReactNode, useState } from 'react'
import { useWords } from '../i18n'
import { Icon } from '../parts/icons'

/** The filters that are used now and then, behind a button that says how many are set. An order alone, which the head of a column shows, does not open them. */
export function MoreFilters({ search, names, children }: { search: URLSearchParams; names: readonly string[]; children: ReactNode }) {
  const w = useWords()
  const used = names.filter((n) => search.get(n)).length
  const [open, setOpen] = useState(names.some((n) => n !== 'order' && search.get(n)))
  return (
    <>
      <button type="button" className="button" aria-expanded={open} aria-controls="more-filters" onClick={() => setOpen(!open)}>
        <Icon name="gear" size={14} />
        {w.views.moreFilters}
        {used > 0 && <span className="badge plain">{used}</span>}
      </button>
      <div className="more-filters" id="more-filters" hidden={!open}>
        {children}
        <p className="muted small">{w.views.sortsFew}</p>
      </div>
    </>
  )
}
