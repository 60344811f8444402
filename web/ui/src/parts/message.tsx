import { useState } from 'react'
import type { Attachment, Interaction } from '../api/client'
import { useInteraction } from '../api/interactions'
import { kindOfFile, nameOfFile, showable, size } from '../format/files'
import { useWords } from '../i18n'
import { useSettings } from '../settings'
import { Broken, Skeleton } from './faces'
import { Icon } from './icons'
import { Moment } from './words'

type View = 'text' | 'whole' | 'formatted'

/** A message: its new text, and on request the whole text, the formatted one, earlier versions and files. */
export function Message({ of: i }: { of: Interaction }) {
  const w = useWords()
  const [view, setView] = useState<View>('text')
  const [before, setBefore] = useState(false)
  const rest = useInteraction(i.id, view !== 'text' || before)
  const turn = (to: View) => setView(view === to ? 'text' : to)
  return (
    <div className="message">
      {i.automatic && <span className="badge plain">{w.message.automatic[i.automatic] ?? w.message.isAutomatic}</span>}
      {i.edited && (
        <button type="button" className="link-button small" aria-expanded={before} title={w.message.editedAt} onClick={() => setBefore(!before)}>
          {w.message.edited} · <Moment at={i.edited} />
        </button>
      )}
      {view !== 'text' && !rest.data ? (
        rest.isError ? (
          <Broken error={rest.error} retry={() => void rest.refetch()} />
        ) : (
          <Skeleton rows={2} height={32} />
        )
      ) : view === 'formatted' ? (
        <Formatted id={i.id} remote={rest.data?.remote_pictures ?? 0} />
      ) : (
        <Text text={view === 'whole' ? rest.data?.whole || i.text : i.text} />
      )}
      {before && rest.data?.earlier && <Earlier of={rest.data} />}
      {(i.has_whole || i.has_html) && (
        <p className="message-views">
          {i.has_whole && (
            <button type="button" className="link-button" onClick={() => turn('whole')}>
              {view === 'whole' ? w.message.newOnly : w.message.whole}
            </button>
          )}
          {i.has_html && (
            <button type="button" className="link-button" onClick={() => turn('formatted')}>
              {view === 'formatted' ? w.message.asText : w.message.formatted}
            </button>
          )}
        </p>
      )}
      {!!i.attachments?.length && <Files of={i.id} files={i.attachments} />}
    </div>
  )
}

function Text({ text }: { text?: string }) {
  const w = useWords()
  return text ? <p className="tl-text">{text}</p> : <p className="muted">{w.lead.noText}</p>
}

function Earlier({ of: i }: { of: Interaction }) {
  const w = useWords()
  return (
    <ul className="message-earlier" aria-label={w.message.saidBefore}>
      {i.earlier?.map((e) => (
        <li key={e.at + e.text}>
          <span className="muted small">
            <Moment at={e.at} />
          </span>
          {e.subject && e.subject !== i.subject && <p>{e.subject}</p>}
          <Text text={e.text} />
        </li>
      ))}
    </ul>
  )
}

/** A sandboxed frame without scripts and forms, of another origin; the hub has sanitised its HTML. */
function Formatted({ id, remote }: { id: string; remote: number }) {
  const w = useWords()
  const [asked, setAsked] = useState(false)
  const address = `/api/v1/interactions/${encodeURIComponent(id)}/html${asked ? '?remote=1' : ''}`
  return (
    <>
      {remote > 0 && !asked && (
        <p className="message-remote">
          <span className="muted">{w.message.remote(remote)}</span>
          <button type="button" className="button" onClick={() => setAsked(true)}>
            {w.message.loadRemote}
          </button>
        </p>
      )}
      <iframe
        key={address}
        className="message-frame"
        title={w.message.frame}
        src={address}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
      />
    </>
  )
}

function Files({ of, files }: { of: string; files: Attachment[] }) {
  const w = useWords()
  return (
    <ul className="files" aria-label={w.message.files}>
      {files.map((f) => (
        <li key={f.id} className={`file ${showable(f.type)}`}>
          <File of={of} file={f} />
        </li>
      ))}
    </ul>
  )
}

/** A file that came with the message of this id; bare: without its picture or player. */
export function File({ of, file: f, bare }: { of: string; file: Attachment; bare?: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const address = `/api/v1/interactions/${encodeURIComponent(of)}/attachments/${encodeURIComponent(f.id)}`
  const name = nameOfFile(f.name) || w.message.unnamed
  const how = bare ? 'none' : showable(f.type)
  return (
    <>
      {how === 'picture' && (
        <a className="file-picture" href={`${address}?inline=1`} target="_blank" rel="noreferrer" aria-label={w.message.open(name)}>
          <img src={`${address}?inline=1`} alt="" loading="lazy" />
        </a>
      )}
      {how === 'sound' && <audio className="file-sound" controls preload="none" src={`${address}?inline=1`} aria-label={w.message.listen(name)} />}
      <a className="file-name" href={address} download={name}>
        <Icon name="file" size={14} />
        <bdi>{name}</bdi>
      </a>
      <span className="muted small nowrap">{[kindOfFile(f.type), size(f.size, lang)].filter(Boolean).join(', ')}</span>
    </>
  )
}
