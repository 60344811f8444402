import { type FormEvent, useState } from 'react'
import { typedNumber } from '../format/phone'
import { useWords } from '../i18n'
import { useDialling } from '../live/dial'
import { Icon } from '../parts/icons'

/** A number to be typed and called. */
export function DialField() {
  const w = useWords()
  const { can, busy, dial } = useDialling()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  if (!can) return null
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const number = typedNumber(text)
    setWrong(!number)
    if (number) dial(number)
  }
  return (
    <form className="dial-field" onSubmit={submit}>
      <input
        className="input"
        type="tel"
        name="dial"
        autoComplete="off"
        aria-label={w.dial.number}
        aria-invalid={wrong}
        aria-describedby={wrong ? 'dial-wrong' : undefined}
        placeholder={w.dial.number}
        maxLength={30}
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          setWrong(false)
        }}
      />
      <button type="submit" className="button primary" disabled={busy}>
        <Icon name="call" size={14} />
        {w.dial.label}
      </button>
      {wrong && (
        <p className="refused" id="dial-wrong" role="alert">
          {w.dial.wrong}
        </p>
      )}
    </form>
  )
}
