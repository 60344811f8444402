package leads

// ContactChange is what a person changes of a contact. Nil: it stays as it is.
type ContactChange struct {
	Name, Company, Warning, Notes *string
	Tags                          *[]string
	OwnerID                       *string // empty: no owner
}
