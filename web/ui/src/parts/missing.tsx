import { Link } from 'wouter'
import { useWords } from '../i18n'
import { Empty, Page } from './faces'

export function MissingPage() {
  const w = useWords()
  return (
    <Page title={w.missing.title}>
      <Empty
        title={w.missing.text}
        action={
          <Link className="button" href="/">
            {w.missing.home}
          </Link>
        }
      />
    </Page>
  )
}
