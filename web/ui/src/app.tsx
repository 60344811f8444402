import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { type Me, whenExpired } from './api/client'
import { enter, untilRead, useSession, worthRetry } from './api/queries'
import { loadNumberPlans } from './format/phone'
import { Feed } from './live/feed'
import { DiallingProvider } from './live/dial'
import { FeedContext } from './live/use'
import { CallsPage } from './calls/calls'
import { IntegrationsPage } from './admin/integrations'
import { JournalPage } from './admin/journal'
import { LeadPage } from './leads/lead'
import { LeadsPage } from './leads/leads'
import { MissingPage } from './parts/missing'
import { NowPage } from './now/now'
import { QuarantinePage } from './admin/quarantine'
import { SourcesPage } from './admin/sources'
import { TasksPage } from './tasks/tasks'
import { TemplatesPage } from './admin/templates'
import { TeamPage } from './admin/team'
import { Broken, Skeleton } from './parts/faces'
import { usePath } from './router'
import { useSettings } from './settings'
import { Shell } from './shell/shell'
import { SignIn } from './shell/signin'

const queries = new QueryClient({
  defaultOptions: { queries: { retry: worthRetry, refetchInterval: untilRead, staleTime: 15_000 }, mutations: { retry: false } },
})
export const feed = new Feed(queries)

export function App() {
  const { lang } = useSettings()
  return (
    <I18nProvider locale={lang}>
      <QueryClientProvider client={queries}>
        <FeedContext value={feed}>
          <Gate />
        </FeedContext>
      </QueryClientProvider>
    </I18nProvider>
  )
}

/** Lets in who is signed in. The address stays, so that one comes back to where one was. */
function Gate() {
  const session = useSession()
  const [expired, setExpired] = useState(false)
  const user = session.data?.user
  const id = user?.id

  useEffect(() => {
    const ended = () => {
      if (!queries.getQueryData(['session'])) return // this tab has signed out itself
      setExpired(true)
      enter(queries, null)
    }
    whenExpired(ended)
    feed.onOther = (user) => {
      if (!user) return ended()
      enter(queries, null)
      void queries.invalidateQueries({ queryKey: ['session'] })
    }
    loadNumberPlans()
  }, [])

  useEffect(() => {
    if (!id) return
    setExpired(false)
    feed.start(queries.getQueryData<Me>(['session'])!)
    return () => feed.stop()
  }, [id])

  const nobody = session.data === null
  useEffect(() => {
    if (nobody) feed.over()
  }, [nobody])

  useEffect(() => {
    if (user) feed.become(user)
  }, [user])

  if (session.data) {
    return (
      <DiallingProvider>
        <Shell>
          <CurrentPage />
        </Shell>
      </DiallingProvider>
    )
  }
  if (session.isError) {
    return (
      <main className="signin">
        <Broken error={session.error} retry={() => void session.refetch()} />
      </main>
    )
  }
  return session.isPending ? <Skeleton rows={1} height={52} /> : <SignIn expired={expired} />
}

function CurrentPage() {
  const path = usePath()
  const lead = /^\/leads\/([\w-]{1,64})$/.exec(path)
  if (lead) return <LeadPage key={lead[1]} id={lead[1]!} />
  switch (path) {
    case '/':
      return <NowPage />
    case '/leads':
      return <LeadsPage />
    case '/calls':
      return <CallsPage />
    case '/tasks':
      return <TasksPage />
    case '/team':
      return <TeamPage />
    case '/sources':
      return <SourcesPage />
    case '/integrations':
      return <IntegrationsPage />
    case '/journal':
      return <JournalPage />
    case '/templates':
      return <TemplatesPage />
    case '/quarantine':
      return <QuarantinePage />
  }
  return <MissingPage />
}
