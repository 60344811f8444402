import { useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n'
import { Ask, Segments } from '../parts/controls'
import { Icon } from '../parts/icons'
import { type Lang, useSettings } from '../settings'

/** The code that a website pastes, and the form as its visitors see it. */
export function Embed({ code, name }: { code: string; name: string }) {
  const w = useWords()
  const [shown, setShown] = useState(false)
  return (
    <>
      <details className="embed">
        <summary>{w.sources.embed}</summary>
        <p className="muted">{w.sources.embedHelp}</p>
        <Code code={code} name={name} />
      </details>
      <button type="button" className="button preview-button" data-preview={name} onClick={() => setShown(true)}>
        {w.sources.preview}
      </button>
      <Ask open={shown} onClose={() => setShown(false)} title={`${w.sources.preview}: ${name}`}>
        <Preview code={code} name={name} />
      </Ask>
    </>
  )
}

function Preview({ code, name }: { code: string; name: string }) {
  const w = useWords()
  const { lang: mine } = useSettings()
  const [lang, setLang] = useState<Lang>(mine)
  const [loaded, setLoaded] = useState(false)
  return (
    <div className="preview">
      <Segments
        label={w.sources.previewLanguage}
        value={lang}
        choices={(['ru', 'en'] as const).map((id) => ({ id, name: w.sources.languages[id] }))}
        onChange={(l) => {
          setLoaded(false)
          setLang(l)
        }}
      />
      <p className="muted">{w.sources.previewHelp}</p>
      {/* Nothing of the workplace can be reached from in there: another origin, no windows, and its policy lets no form go anywhere. */}
      <iframe
        key={lang}
        sandbox="allow-scripts allow-forms"
        src={`/in/${encodeURIComponent(name)}/preview?lang=${lang}`}
        title={`${w.sources.preview}: ${name}`}
        aria-busy={!loaded}
        onLoad={() => setLoaded(true)}
      />
      <Code code={code} name={name} />
    </div>
  )
}

function Code({ code, name }: { code: string; name: string }) {
  const w = useWords()
  const pre = useRef<HTMLPreElement>(null)
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const t = setTimeout(() => setCopied(false), 2500)
    return () => clearTimeout(t)
  }, [copied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
      setCopied(true)
    } catch {
      // Without HTTPS there is no clipboard: select the code for Ctrl+C instead.
      getSelection()?.selectAllChildren(pre.current!)
    }
  }
  return (
    <div className="embed-code">
      <pre ref={pre} tabIndex={0} aria-label={`${w.sources.embed}: ${name}`}>
        {code}
      </pre>
      <button type="button" className="button" onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} />
        <span aria-live="polite">{copied ? w.copied : w.copy}</span>
      </button>
    </div>
  )
}
