import type { Hit } from '../api/client'
import { formatPhone } from '../format/phone'
import { Icon, type IconName } from '../parts/icons'
import { useWords } from '../i18n'
import { Age } from '../parts/words'
import { useSettings } from '../settings'

const icons: Record<Hit['kind'], IconName> = { contact: 'person', lead: 'leads', company: 'contacts', interaction: 'email', page: 'now' }

/** A hit: what it is, and why it was found. */
export function HitText({ hit }: { hit: Hit }) {
  const w = useWords()
  const { lang } = useSettings()
  const shown = (text: string) =>
    text
      .split(' · ')
      .map((part) => formatPhone(part, lang).text)
      .join(' · ')
  const why = shown(hit.why)
  const title = shown(hit.title) || w.unknown
  return (
    <>
      <Icon name={icons[hit.kind]} />
      <span className="hit-text">
        <span className="hit-title">{title}</span>
        {why !== title && <span className="hit-why muted">{why}</span>}
      </span>
      {hit.at && (
        <span className="muted small nowrap">
          <Age at={hit.at} />
        </span>
      )}
    </>
  )
}
