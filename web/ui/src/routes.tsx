import type { ComponentType } from 'react'
import { HistoryPage } from './admin/history'
import { IntegrationsPage } from './admin/integrations'
import { JournalPage } from './admin/journal'
import { PipelinesPage } from './admin/pipelines'
import { useGuessed, useQuarantineWaiting } from './admin/queries'
import { QuarantinePage } from './admin/quarantine'
import { SourcesPage } from './admin/sources'
import { TeamPage } from './admin/team'
import { TemplatesPage } from './admin/templates'
import { useDuplicateCount } from './api/duplicates'
import { useMe } from './api/session'
import { useMyTasks, useWorklist } from './api/tasks'
import { CallsPage } from './calls/calls'
import { CompaniesPage } from './companies/companies'
import { CompanyPage } from './companies/company'
import { ContactPage } from './contacts/contact'
import { ContactsPage } from './contacts/contacts'
import { DuplicatesPage } from './duplicates/duplicates'
import { DictionariesPage } from './facts/dictionaries'
import { useLackingCount } from './facts/queries'
import { WithoutFactsPage } from './facts/without-facts'
import { FieldsPage } from './fields/page'
import { LeadPage } from './leads/lead'
import { LeadsPage } from './leads/leads'
import { NextPage } from './next/next'
import { NowPage } from './now/now'
import { SearchPage } from './search/search'
import type { NavEntry } from './shell/nav'
import { TasksPage } from './tasks/tasks'

interface PageRoute {
  path: string
  page: ComponentType<{ params: Record<string, string | undefined> }>
  /** Its entry in the navigation; the group "admin" is for supervisors and administrators. */
  nav?: Omit<NavEntry, 'path'>
}

/** Every page by its address, in the order of the navigation. */
export const routes: readonly PageRoute[] = [
  {
    path: '/next',
    page: NextPage,
    nav: {
      group: 'work',
      icon: 'next',
      name: (w) => w.nav.next,
      badge: { useCount: () => useWorklist().data?.items.length, says: (w, n) => w.next.count(n) },
    },
  },
  { path: '/', page: NowPage, nav: { group: 'work', icon: 'now', name: (w) => w.nav.now } },
  { path: '/leads', page: LeadsPage, nav: { group: 'work', icon: 'leads', name: (w) => w.nav.leads } },
  { path: '/leads/:id', page: ({ params: { id } }) => <LeadPage key={id} id={id!} /> },
  { path: '/calls', page: CallsPage, nav: { group: 'work', icon: 'calls', name: (w) => w.nav.calls } },
  {
    path: '/tasks',
    page: TasksPage,
    nav: {
      group: 'work',
      icon: 'tasks',
      name: (w) => w.nav.tasks,
      badge: { useCount: () => useMyTasks().data?.open, says: (w, n) => w.tasks.mine(n) },
    },
  },
  { path: '/contacts', page: ContactsPage, nav: { group: 'work', icon: 'contacts', name: (w) => w.nav.contacts } },
  { path: '/contacts/:id', page: ({ params: { id } }) => <ContactPage key={id} id={id!} /> },
  { path: '/companies', page: CompaniesPage, nav: { group: 'work', icon: 'companies', name: (w) => w.companies.title } },
  { path: '/companies/:id', page: ({ params: { id } }) => <CompanyPage key={id} id={id!} /> },
  {
    path: '/duplicates',
    page: DuplicatesPage,
    nav: {
      group: 'work',
      icon: 'copy',
      name: (w) => w.duplicates.title,
      badge: { useCount: useDuplicateCount, says: (w, n) => w.duplicates.count(n) },
    },
  },
  {
    path: '/without-facts',
    page: WithoutFactsPage,
    nav: {
      group: 'work',
      icon: 'form',
      name: (w) => w.facts.without,
      badge: { useCount: useLackingCount, says: (w, n) => w.facts.lack(n) },
    },
  },
  { path: '/team', page: TeamPage, nav: { group: 'admin', icon: 'person', name: (w) => w.nav.team } },
  { path: '/templates', page: TemplatesPage, nav: { group: 'admin', icon: 'template', name: (w) => w.nav.templates } },
  { path: '/pipelines', page: PipelinesPage, nav: { group: 'admin', icon: 'leads', name: (w) => w.pipelines.title } },
  { path: '/dictionaries', page: DictionariesPage, nav: { group: 'admin', icon: 'template', name: (w) => w.facts.dictionaries } },
  { path: '/fields', page: FieldsPage, nav: { group: 'admin', icon: 'form', name: (w) => w.fields.nav } },
  {
    path: '/sources',
    page: SourcesPage,
    nav: {
      group: 'admin',
      icon: 'sources',
      name: (w) => w.nav.sources,
      badge: { useCount: () => useGuessed(useMe().user.role === 'admin').data?.length, says: (w, n) => w.guessed.count(n) },
    },
  },
  { path: '/integrations', page: IntegrationsPage, nav: { group: 'admin', icon: 'integrations', name: (w) => w.nav.integrations } },
  {
    path: '/quarantine',
    page: QuarantinePage,
    nav: {
      group: 'admin',
      icon: 'quarantine',
      name: (w) => w.nav.quarantine,
      badge: { useCount: () => useQuarantineWaiting().data, says: (w, n) => w.quarantine.waiting(n) },
    },
  },
  { path: '/history', page: HistoryPage, nav: { group: 'admin', icon: 'clock', name: (w) => w.history.title } },
  { path: '/journal', page: JournalPage },
  { path: '/search', page: SearchPage },
]

export const navigation: readonly NavEntry[] = routes.flatMap(({ path, nav }) => (nav ? [{ path, ...nav }] : []))
