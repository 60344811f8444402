import { useWords } from '../i18n'
import { Icon } from './icons'

/** What whoever talks with a customer must know first: "VIP", "does not pay". */
export function Warnings({ texts }: { texts: readonly string[] }) {
  const w = useWords()
  const said = texts.filter(Boolean)
  if (!said.length) return null
  return (
    <ul className="warnings" aria-label={w.dock.warning}>
      {said.map((t) => (
        <li key={t} className="badge bad">
          <Icon name="warn" size={12} /> {t}
        </li>
      ))}
    </ul>
  )
}

/** The tags of a customer. */
export function Tags({ tags }: { tags: readonly string[] }) {
  const w = useWords()
  if (!tags.length) return null
  return (
    <ul className="tags" aria-label={w.dock.tags}>
      {tags.map((t) => (
        <li key={t} className="badge plain">
          {t}
        </li>
      ))}
    </ul>
  )
}
