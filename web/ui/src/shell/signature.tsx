import { type FormEvent, useState } from 'react'
import { useSignature } from '../api/replies'
import { useSetSignature } from './queries'
import { useWords } from '../i18n'
import { Answers, Ask } from '../parts/controls'
import { Broken, Meanwhile, Refused, Skeleton } from '../parts/faces'

/** What ends my mails: shown and changed. */
export function SignatureButton() {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button" data-signature onClick={() => setOpen(true)}>
        {w.signature.label}
      </button>
      <Ask open={open} onClose={() => setOpen(false)} title={w.signature.title}>
        <Editor onDone={() => setOpen(false)} />
      </Ask>
    </>
  )
}

function Editor({ onDone }: { onDone: () => void }) {
  const signature = useSignature()
  if (signature.data === undefined) {
    return signature.isError ? <Broken error={signature.error} retry={() => void signature.refetch()} /> : <Skeleton rows={2} />
  }
  return <Form was={signature.data} onDone={onDone} />
}

function Form({ was, onDone }: { was: string; onDone: () => void }) {
  const w = useWords()
  const [text, setText] = useState(was)
  const save = useSetSignature(was)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    save.mutate(text, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit}>
      <label className="field">
        <span>{w.signature.text}</span>
        <textarea className="input" name="signature" rows={5} maxLength={2000} value={text} autoFocus onChange={(e) => setText(e.target.value)} />
      </label>
      <Refused error={save.error} />
      <Meanwhile error={save.error} now={[was]} />
      <Answers action={w.save} disabled={save.isPending} onCancel={onDone} />
    </form>
  )
}
