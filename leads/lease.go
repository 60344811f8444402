package leads

// Lease says which of several hubs owns a source, as stored in the database. An
// owner that has not renewed its lease in time, by the clock of the hub that watches,
// loses it to the first hub that takes it. The database then refuses the writes of
// the former owner.
type Lease struct {
	Hub   string // name of the owner; empty: none
	Epoch int64  // grows with every change of owner, from 1; 0: never owned
	Beat  int64  // grows with every renewal by the owner
}
