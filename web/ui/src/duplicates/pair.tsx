import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Contact, DuplicatePair } from '../api/client'
import { useWords } from '../i18n'
import { Icon } from '../parts/icons'
import { Marks } from '../parts/marks'
import { identitiesOf, IdentityValue } from '../parts/side'
import { WhySame } from '../parts/why-same'
import { Moment } from '../parts/words'

interface Props {
  pair: DuplicatePair
  place: string
  several: boolean
  onMerge: () => void
  onDismiss: () => void
  onNext: () => void
}

/** Two contacts side by side: what is equal, what differs, why they are suggested, and the decisions. */
export function PairDetail({ pair, place, several, onMerge, onDismiss, onNext }: Props) {
  const w = useWords()
  const [a, b] = pair.contacts as [Contact, Contact]
  return (
    <section className="panel work-detail" aria-labelledby="pair" data-chosen-pair>
      <div className="panel-head">
        <h2 id="pair">{w.duplicates.sure(pair.score)}</h2>
        <span className="grow" />
        <span className="muted num">{place}</span>
      </div>
      <div className="actions work-steps">
        <button type="button" className="button primary" onClick={onMerge}>
          {w.duplicates.merge} <kbd>M</kbd>
        </button>
        <button type="button" className="button" onClick={onDismiss}>
          {w.duplicates.notSame} <kbd>N</kbd>
        </button>
        {several && (
          <button type="button" className="button quiet" onClick={onNext}>
            {w.duplicates.onward} <kbd>J</kbd>
          </button>
        )}
      </div>
      <WhySame reasons={pair.reasons} />
      <div className="pair">
        <Card contact={a} other={b} />
        <Card contact={b} other={a} />
      </div>
    </section>
  )
}

const fold = (s = '') => s.trim().toLowerCase().replaceAll('ё', 'е')

function Card({ contact: c, other: o }: { contact: Contact; other: Contact }) {
  const w = useWords()
  const has = (i: Contact['identities'][number]) => o.identities.some((x) => x.value === i.value)
  return (
    <article className="pair-card" data-like={c.id}>
      <h3>
        <Link href={`/contacts/${c.id}`}>{c.name || w.lead.noName}</Link>
      </h3>
      <Marks of={c} />
      <dl>
        <Line name={w.lead.name} value={c.name} same={!!c.name && fold(c.name) === fold(o.name)} />
        <Line name={w.lead.company} value={c.company} same={!!c.company && fold(c.company) === fold(o.company)} />
        {identitiesOf(c).map((i) => (
          <Line key={i.kind + i.value} name={w.identities[i.kind] ?? i.kind} value={<IdentityValue kind={i.kind} value={i.value} />} same={has(i)} />
        ))}
        <Line name={w.now.owner} value={c.owner?.name} same={!!c.owner && c.owner.id === o.owner?.id} />
        <Line name={w.duplicates.since} value={<Moment at={c.created} />} same={false} />
      </dl>
    </article>
  )
}

/** A field of a contact; what the other has too is marked with a sign and words. */
function Line({ name, value, same }: { name: string; value: ReactNode; same: boolean }) {
  const w = useWords()
  return (
    <div className={same ? 'fact same' : 'fact'}>
      <dt>{name}</dt>
      <dd>
        {value || <span className="muted">—</span>}
        {same && (
          <span className="pair-same">
            <Icon name="check" size={14} />
            <span className="sr-only">{w.duplicates.same}</span>
          </span>
        )}
      </dd>
    </div>
  )
}
