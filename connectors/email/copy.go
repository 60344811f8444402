package email

func (f *folder) copies(*link) error { return nil }
