package leads

// ContactChange is what a person changes of a contact. Nil: it stays as it is.
type ContactChange struct {
	Name, Company, Role, Warning, Notes *string
	// CompanyID is in the place of Company; empty: in none.
	CompanyID *string
	Tags      *[]string
	OwnerID   *string // empty: no owner
}
