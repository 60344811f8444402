import type { ComponentType } from 'react'
import { IntegrationsPage } from './admin/integrations'
import { JournalPage } from './admin/journal'
import { QuarantinePage } from './admin/quarantine'
import { SourcesPage } from './admin/sources'
import { TeamPage } from './admin/team'
import { TemplatesPage } from './admin/templates'
import { CallsPage } from './calls/calls'
import { LeadPage } from './leads/lead'
import { LeadsPage } from './leads/leads'
import { NowPage } from './now/now'
import { TasksPage } from './tasks/tasks'

type Params = Record<string, string | undefined>

/** Every page by its address. */
export const routes: readonly { path: string; page: ComponentType<{ params: Params }> }[] = [
  { path: '/', page: NowPage },
  { path: '/leads', page: LeadsPage },
  { path: '/leads/:id', page: ({ params: { id } }) => <LeadPage key={id} id={id!} /> },
  { path: '/calls', page: CallsPage },
  { path: '/tasks', page: TasksPage },
  { path: '/team', page: TeamPage },
  { path: '/templates', page: TemplatesPage },
  { path: '/sources', page: SourcesPage },
  { path: '/integrations', page: IntegrationsPage },
  { path: '/quarantine', page: QuarantinePage },
  { path: '/journal', page: JournalPage },
]
