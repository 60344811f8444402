import { useState } from 'react'
import type { Link } from '../api/client'
import { useDropLink, useLinks, useMakeLink } from './queries'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'
import { useSettings } from '../settings'

/** Messengers that notify me of leads and calls; hidden if none is configured. */
export function Messengers() {
  const w = useWords().settings.messengers
  const [asked, setAsked] = useState('')
  const links = useLinks(asked !== '')
  if (links.data?.some((l) => l.linked && l.name === asked)) setAsked('')
  if (links.error) return <Refused error={links.error} />
  if (!links.data?.length) return null
  return (
    <div className="profile-row" role="group" aria-label={w.label}>
      <span className="muted">{w.label}</span>
      {links.data.map((l) => (
        <Messenger key={l.name} link={l} onAsk={() => setAsked(l.name)} />
      ))}
    </div>
  )
}

function Messenger({ link, onAsk }: { link: Link; onAsk: () => void }) {
  const w = useWords().settings.messengers
  const { lang } = useSettings()
  const make = useMakeLink()
  const drop = useDropLink()
  const name = w.names[link.kind] ?? link.name
  const until = make.data && new Date(make.data.expires).toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit' })
  return (
    <div className="messenger">
      <span className="messenger-name">
        {name}
        {link.linked && <span className="muted"> · {w.linked}</span>}
      </span>
      {link.linked ? (
        <button
          type="button"
          className="button"
          disabled={drop.isPending}
          onClick={() => {
            make.reset()
            drop.mutate(link.name)
          }}
        >
          {w.unlink}
        </button>
      ) : make.data ? (
        <a className="button primary" href={make.data.url} target="_blank" rel="noreferrer">
          {w.open(name)}
        </a>
      ) : (
        <button
          type="button"
          className="button"
          disabled={make.isPending}
          onClick={() => {
            drop.reset()
            make.mutate(link.name, { onSuccess: onAsk })
          }}
        >
          {w.link}
        </button>
      )}
      {!link.linked && until && <p className="muted small messenger-hint">{w.hint(name, until)}</p>}
      <Refused error={make.error ?? drop.error} />
    </div>
  )
}
