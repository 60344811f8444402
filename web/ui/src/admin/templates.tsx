import { type FormEvent, useState } from 'react'
import type { Template } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { useDropTemplate, usePutTemplate, useTemplate, useTemplates } from './queries'
import { useWords } from '../i18n'
import { Answers, Ask, Field } from '../parts/controls'
import { Broken, Empty, Meanwhile, Page, Refused, Skeleton } from '../parts/faces'
import { Frame } from '../parts/frame'

/** Texts that are ready to be sent; supervisors write them. */
export function TemplatesPage() {
  const w = useWords()
  const mayWrite = seesAll(useMe())
  const list = useTemplates()
  const [open, setOpen] = useState<Template | 'new' | null>(null)
  const add = mayWrite && (
    <button type="button" className="button primary" data-template-new onClick={() => setOpen('new')}>
      {w.templates.add}
    </button>
  )
  return (
    <Page title={w.templates.title} aside={<span className="muted">{w.templates.intro}</span>}>
      <Frame of={list} rows={4} empty={list.data?.length === 0 && <Empty title={w.templates.emptyTitle} action={add}>{w.templates.empty}</Empty>}>
        {(data) => (
          <>
            {add && <p className="actions">{add}</p>}
            <ul className="templates">
              {data.map((t) => (
                <li key={t.id} className="panel template" data-template={t.name}>
                  <h2>{t.name}</h2>
                  {t.subject && <p className="muted">{t.subject}</p>}
                  <p className="tl-text">{t.text}</p>
                  {mayWrite && <Actions of={t} onEdit={() => setOpen(t)} />}
                </li>
              ))}
            </ul>
          </>
        )}
      </Frame>
      <Ask open={!!open} onClose={() => setOpen(null)} title={open === 'new' || !open ? w.templates.add : open.name}>
        {open === 'new' ? <Form onDone={() => setOpen(null)} /> : open && <Editor id={open.id} onDone={() => setOpen(null)} />}
      </Ask>
    </Page>
  )
}

function Actions({ of: t, onEdit }: { of: Template; onEdit: () => void }) {
  const w = useWords()
  const [sure, setSure] = useState(false)
  const drop = useDropTemplate()
  return (
    <p className="actions tight">
      <button type="button" className="button" onClick={onEdit}>
        {w.templates.edit}
      </button>
      <button type="button" className="button quiet" onClick={() => setSure(true)}>
        {w.templates.remove}
      </button>
      <Ask open={sure} onClose={() => setSure(false)} title={w.templates.removeTitle(t.name)}>
        <p className="muted">{w.templates.removeText}</p>
        <Refused error={drop.error} />
        <Answers action={w.templates.remove} disabled={drop.isPending} onAction={() => drop.mutate(t.id, { onSuccess: () => setSure(false) })} onCancel={() => setSure(false)} />
      </Ask>
    </p>
  )
}

function Editor({ id, onDone }: { id: string; onDone: () => void }) {
  const template = useTemplate(id)
  if (!template.data) {
    return template.isError ? <Broken error={template.error} retry={() => void template.refetch()} /> : <Skeleton rows={3} />
  }
  return <Form of={template.data} onDone={onDone} />
}

function Form({ of, onDone }: { of?: Template; onDone: () => void }) {
  const w = useWords()
  const put = usePutTemplate(of)
  const [name, setName] = useState(of?.name ?? '')
  const [subject, setSubject] = useState(of?.subject ?? '')
  const [text, setText] = useState(of?.text ?? '')
  const submit = (e: FormEvent) => {
    e.preventDefault()
    put.mutate({ name, subject, text }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} className="template-form">
      <Field label={w.templates.name} name="name" value={name} onChange={setName} autoFocus />
      <Field label={w.templates.subject} name="subject" value={subject} onChange={setSubject} />
      <label className="field">
        <span>{w.templates.text}</span>
        <textarea className="input" name="text" rows={8} maxLength={20_000} value={text} onChange={(e) => setText(e.target.value)} />
      </label>
      <p className="muted small">{w.templates.hint}</p>
      {put.error?.kind === 'conflict' ? (
        <p className="refused" role="alert">
          {w.templates.taken}
        </p>
      ) : (
        <>
          <Refused error={put.error} />
          <Meanwhile error={put.error} now={[of?.name, of?.subject, of?.text]} />
        </>
      )}
      <Answers action={w.save} disabled={put.isPending || !name.trim() || !text.trim()} onCancel={onDone} />
    </form>
  )
}
