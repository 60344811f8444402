package batch

// Prepared counts the statements that stay prepared.
func (d *DB) Prepared() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.prepared)
}
