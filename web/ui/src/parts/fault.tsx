import { useWords } from '../i18n'
import { Icon } from './icons'

/** A fault in the reader's language; the technical text can be opened, for administrators. */
export function Fault({ words, detail, tone = 'source-error' }: { words: string; detail?: string; tone?: string }) {
  return (
    <div className={tone}>
      <Icon name="warn" />
      <div className="fault">
        <p>{words}</p>
        <Technical text={detail} />
      </div>
    </div>
  )
}

export function Technical({ text }: { text?: string }) {
  const w = useWords()
  if (!text) return null
  return (
    <details className="technical small">
      <summary>{w.technical}</summary>
      <p lang="en">{text}</p>
    </details>
  )
}
