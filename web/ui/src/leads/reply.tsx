import { type FormEvent, type KeyboardEvent, useId, useState } from 'react'
import type { Lead, ReplyChannel } from '../api/client'
import { useSignature } from '../api/replies'
import { useChannels, useFilledTemplates, useReply } from './queries'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Technical } from '../parts/fault'
import { Pick } from '../parts/controls'
import { Broken, Refused } from '../parts/faces'
import { Icon } from '../parts/icons'
import { keyFor, useDraft } from './reply-draft'
import { AttachFiles, FileList, useFiles } from '../parts/files'

/** Answers the customer of a lead in a channel in which they wrote. */
export function Composer({ lead }: { lead: Lead }) {
  const w = useWords()
  const channels = useChannels(lead.id)
  if (channels.isError && !channels.data) return <Broken error={channels.error} retry={() => void channels.refetch()} />
  if (!channels.data?.length) return null // no source can send
  const can = channels.data.filter((c) => c.can)
  if (can.length === 0) {
    return (
      <div className="composer muted" data-composer="none">
        <h2>{w.reply.title}</h2>
        <p>{w.reply.cannot}:</p>
        <Obstacles channels={channels.data} />
      </div>
    )
  }
  return <Editor lead={lead} channels={can} others={channels.data.filter((c) => !c.can)} />
}

function Obstacles({ channels }: { channels: ReplyChannel[] }) {
  const w = useWords()
  return (
    <ul className="small muted">
      {channels.map((c) => (
        <li key={c.source}>
          {w.channels[c.channel] ?? c.channel} · {sourceName(w, c.source)}: {c.reason ? w.reply.obstacles[c.reason] : w.sources.faults.other}
        </li>
      ))}
    </ul>
  )
}

function Editor({ lead, channels, others }: { lead: Lead; channels: ReplyChannel[]; others: ReplyChannel[] }) {
  const w = useWords()
  const id = useId()
  const [draft, change, forget] = useDraft(lead.id)
  const [wrong, setWrong] = useState('')
  const reply = useReply(lead.id, lead.contact_id)
  const channel = channels.find((c) => c.source === draft.source) ?? channels[0]!
  const to = channel.to.includes(draft.to) ? draft.to : channel.to[0]!
  const signature = useSignature(channel.subject)
  const files = useFiles(draft.files, (list) => change({ files: list }), channel.max_file)
  const over = channel.max_text ? Array.from(draft.text).length - channel.max_text : -Infinity

  const send = () => {
    if (reply.isPending || files.busy) return
    const text = draft.text.trim()
    if (!text && draft.files.length === 0) return setWrong(w.reply.empty)
    if (over > 0) return setWrong(w.reply.tooLong(over))
    setWrong('')
    const said = {
      source: channel.source,
      to,
      text,
      ...(channel.subject && draft.subject.trim() && { subject: draft.subject.trim() }),
      ...(channel.max_file > 0 && draft.files.length > 0 && { attachments: draft.files.map((f) => f.id) }),
    }
    const body = JSON.stringify(said)
    const key = keyFor(draft, body)
    change({ unsure: { body, key } })
    reply.mutate({ ...said, key }, { onSuccess: forget })
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    send()
  }
  const press = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault()
      send()
    }
  }
  return (
    <form className="composer" onSubmit={submit} onKeyDown={press} aria-label={w.reply.title} data-composer={channel.source}>
      <h2>{w.reply.title}</h2>
      <div className="composer-row">
        <Pick
          label={w.reply.channel}
          value={channel.source}
          choices={channels.map((c) => ({ id: c.source, name: `${w.channels[c.channel] ?? c.channel} · ${sourceName(w, c.source)}` }))}
          onChange={(source) => change({ source })}
        />
        {channel.to.length > 1 ? (
          <Pick label={w.reply.to} value={to} choices={channel.to.map((a) => ({ id: a, name: a }))} onChange={(a) => change({ to: a })} />
        ) : (
          <span className="muted composer-to">{to}</span>
        )}
        <span className="grow" />
        <Templates lead={lead} onPick={(t) => change({ text: draft.text.trim() ? `${draft.text.trimEnd()}\n\n${t.text}` : t.text, ...(t.subject && !draft.subject && { subject: t.subject }) })} />
      </div>
      {channel.reason === 'source_down' && (
        <p className="warn-text small" role="status">
          {w.reply.obstacles.source_down}
        </p>
      )}
      {channel.subject && (
        <input
          className="input"
          name="subject"
          aria-label={w.reply.subject}
          placeholder={channel.title ? `Re: ${channel.title.replace(/^re:\s*/i, '')}` : lead.subject || w.reply.subject}
          maxLength={200}
          value={draft.subject}
          onChange={(e) => change({ subject: e.target.value })}
        />
      )}
      <textarea
        className="input composer-text"
        name="reply"
        rows={4}
        aria-label={w.reply.text}
        aria-invalid={!!wrong}
        aria-describedby={wrong ? `${id}wrong` : undefined}
        placeholder={w.reply.placeholder}
        maxLength={20_000}
        value={draft.text}
        onChange={(e) => {
          change({ text: e.target.value })
          setWrong('')
        }}
      />
      <FileList files={files} />
      <div className="composer-row">
        {channel.max_file > 0 && <AttachFiles files={files} />}
        {signature.data && channel.subject && <span className="muted small">{w.reply.signed}</span>}
        <span className="grow" />
        {over > -200 && <span className={over > 0 ? 'bad-text small' : 'muted small'}>{over > 0 ? w.reply.tooLong(over) : w.reply.left(-over)}</span>}
        <span className="muted small composer-keys">{w.reply.keys}</span>
        <button type="submit" className="button primary" disabled={reply.isPending || files.busy}>
          <Icon name="send" />
          {reply.isPending ? w.reply.sending : w.reply.send}
        </button>
      </div>
      {wrong && (
        <p className="refused" id={`${id}wrong`} role="alert">
          {wrong}
        </p>
      )}
      {reply.error && (
        <>
          <Refused error={reply.error} />
          {reply.error.kind === 'invalid' && !reply.error.problem?.reason && <Technical text={reply.error.problem?.detail} />}
        </>
      )}
      {others.length > 0 && <Obstacles channels={others} />}
    </form>
  )
}

function Templates({ lead, onPick }: { lead: Lead; onPick: (t: { subject?: string; text: string }) => void }) {
  const w = useWords()
  const list = useFilledTemplates(lead.id, true)
  if (!list.data?.length) return null
  return (
    <Pick
      label={w.reply.template}
      placeholder={w.reply.template}
      value=""
      choices={list.data.map((t) => ({ id: t.id, name: t.name }))}
      onChange={(id) => {
        const t = list.data.find((x) => x.id === id)
        if (t) onPick(t)
      }}
    />
  )
}
