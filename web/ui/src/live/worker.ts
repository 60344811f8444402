import { Tabs } from './tabs'

// The shared worker of all tabs: it holds the one event stream of the browser.
const tabs = new Tabs()
addEventListener('connect', (e) => tabs.join((e as MessageEvent).ports[0]!))
addEventListener('online', () => tabs.retry())
setInterval(() => tabs.tidy(), 60_000)
