import { Tabs } from './tabs'

// The shared worker of all tabs, with the browser's only event stream.
const tabs = new Tabs()
addEventListener('connect', (e) => tabs.join((e as MessageEvent).ports[0]!))
addEventListener('online', () => tabs.retry())
setInterval(() => tabs.tidy(), 60_000)
