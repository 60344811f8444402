package leads

// ContactChange is what a person changes of a contact. Nil: it stays as it is.
type ContactChange struct{ Name, Company *string }
