package leads

// ContactChange is what a person changes of a contact. Nil: it stays as it is.
type ContactChange struct {
	Name, Company, Role, Warning, Notes *string
	// CompanyID is in the place of Company; empty: in none.
	CompanyID *string
	Tags      *[]string
	OwnerID   *string // empty: no owner
	Fields    CustomValues
}

// Empty reports whether nothing is to change.
func (c ContactChange) Empty() bool {
	return c.Name == nil && c.Company == nil && c.CompanyID == nil && c.Role == nil && c.Warning == nil && c.Notes == nil && c.Tags == nil && c.OwnerID == nil &&
		len(c.Fields) == 0
}
