import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App, feed } from './app'
import './styles/base.css'
import './styles/controls.css'
import './styles/choices.css'
import './styles/surfaces.css'
import './shell/shell.css'
import './shell/nav.css'
import './shell/signin.css'
import './now/now.css'
import './styles/lists.css'
import './leads/lead.css'
import './contacts/contacts.css'
import './admin/sources.css'
import './admin/quarantine.css'
import './styles/message.css'
import './styles/sound.css'
import './tasks/tasks.css'
import './duplicates/duplicates.css'
import './next/next.css'
import './views/views.css'
import './styles/dial.css'
import './leads/reply.css'
import './shell/dock.css'
import './search/search.css'
import './shell/card.css'

// From here on events keep the data of pages up to date.
void feed.connect().then(() =>
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
)
