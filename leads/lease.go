package leads

// Lease says which of several hubs owns a source, as the database has it. An
// owner that gives no sign of life for some time, by the clock of whoever
// watches, loses the source to the first hub that takes it; the database then
// refuses what the former owner still writes.
type Lease struct {
	Hub   string // name of the owner; empty: nobody
	Epoch int64  // grows with every change of owner, from 1; 0: nobody ever owned it
	Beat  int64  // grows with every sign of life of one owner
}
