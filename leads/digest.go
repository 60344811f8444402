package leads

// Digest counts the open work of one user on one day.
type Digest struct {
	UserID    string `json:"user_id"`
	Day       string `json:"day"` // 2026-11-22, by the office's clock
	NewLeads  int64  `json:"new_leads"`
	OpenLeads int64  `json:"open_leads"` // those in new among them
	Tasks     int64  `json:"tasks"`      // open ones
	LateTasks int64  `json:"late_tasks"` // past their time among them
}
