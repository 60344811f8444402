package storage

import (
	"context"

	"ctihub/storage/batch"
)

// tasks.holder_id is who has a task now, by which tasks are listed: its owner; of a call-back
// else the lead's manager, else the contact's owner; NULL while that user is disabled, or
// there is none. It is found anew when one of these changes.

const holdText = `
UPDATE tasks SET holder_id = (SELECT u.id FROM users u WHERE u.disabled = FALSE AND u.id = COALESCE(tasks.owner_id, CASE WHEN tasks.kind = 'callback' THEN COALESCE(
    (SELECT l.manager_id FROM leads l WHERE l.id = tasks.lead_id), (SELECT c.owner_id FROM contacts c WHERE c.id = tasks.contact_id)) END))
FROM v`

var (
	holdTask = batch.NewUpdate[oneID]("finding who has a task", batch.AnyRows, holdText+` WHERE tasks.id = v.id`, "id")

	// holdTasksOfLead is for the tasks of a lead's contact.
	holdTasksOfLead = batch.NewUpdate[oneID]("finding who has tasks", batch.AnyRows,
		holdText+` JOIN leads k ON k.id = v.id WHERE tasks.contact_id = k.contact_id`, "id")

	// holdTasksOfContact is for the tasks of a contact.
	holdTasksOfContact = batch.NewUpdate[oneID]("finding who has a contact's tasks", batch.AnyRows, holdText+` WHERE tasks.contact_id = v.id`, "id")
)

// holdTask queues who has the task of a touch: a step of writeWave after writeCallback.
func (w *touchWriter) holdTask(context.Context) error {
	if w.task != nil {
		holdTask.Queue(w.tx, oneID{w.task.ID})
	}
	return nil
}
