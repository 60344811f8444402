import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { Route, Router, Switch } from 'wouter'
import { type Me, whenExpired } from './api/client'
import { keys } from './api/keys'
import { untilRead, worthRetry } from './api/retry'
import { enter, useSession } from './api/session'
import { loadNumberPlans } from './format/phone'
import { Feed } from './live/feed'
import { DiallingProvider } from './live/dial'
import { FeedContext } from './live/use'
import { MissingPage } from './parts/missing'
import { Broken, Skeleton } from './parts/faces'
import { navigateToTop } from './router'
import { navigation, routes } from './routes'
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
          <Router aroundNav={navigateToTop}>
            <Gate />
          </Router>
        </FeedContext>
      </QueryClientProvider>
    </I18nProvider>
  )
}

/** Shows the workplace to a signed-in user, else the sign-in. The address stays, so sign-in leads back to the page. */
function Gate() {
  const session = useSession()
  const [expired, setExpired] = useState(false)
  const user = session.data?.user
  const id = user?.id

  useEffect(() => {
    const ended = () => {
      if (!queries.getQueryData(keys.session)) return // this tab itself has signed out
      setExpired(true)
      enter(queries, null)
    }
    whenExpired(ended)
    feed.onOther = (user) => {
      if (!user) return ended()
      enter(queries, null)
      void queries.invalidateQueries({ queryKey: keys.session })
    }
    loadNumberPlans()
  }, [])

  useEffect(() => {
    if (!id) return
    setExpired(false)
    feed.start(queries.getQueryData<Me>(keys.session)!)
    return () => feed.stop()
  }, [id])

  const nobody = session.data === null
  useEffect(() => {
    if (nobody) feed.endSession()
  }, [nobody])

  useEffect(() => {
    if (user) feed.become(user)
  }, [user])

  if (session.data) {
    return (
      <DiallingProvider>
        <Shell entries={navigation}>
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
  return (
    <Switch>
      {routes.map(({ path, page }) => (
        <Route key={path} path={path} component={page} />
      ))}
      <Route>
        <MissingPage />
      </Route>
    </Switch>
  )
}
