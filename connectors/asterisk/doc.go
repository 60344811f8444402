// Package asterisk receives calls from an Asterisk exchange over ARI: live,
// from the first ring to the hang-up. It never changes the exchange's dialplan
// and never takes part in a call. Where it is configured to, it places calls
// for users, hangs them up, and pauses users in the exchange's queues.
//
// The hard parts are kept apart: [tracker] turns events into the state of
// calls and knows neither network nor clock; [link] keeps a websocket and the
// view of the exchange alive; [delivery] hands each call's newest state to the
// inbox; [placer] places calls; [pauser] pauses people. Beside them [celTail]
// follows the exchange's own journal and [celAssembler] makes whole calls of it, which
// replace what was seen live.
//
// # Who should get a call
//
// The dialplan asks GET /route/{source} while the customer hears nothing. The
// connector checks token, number and blacklist, asks the hub for the extension, and
// gives up after 40 ms even if the database does not answer; the call then goes the
// exchange's own way. The states of devices are read every 3 seconds from GET
// /endpoints: subscribing to them can lock ARI up.
//
// # Pauses in queues
//
// The [pauser] compares who is away with what the exchange says, and corrects the
// difference: after every change of presence, on every connection and every 3
// seconds. ARI sets QUEUE_MEMBER(queue,paused,member) as a global variable but
// cannot read it, so the state is read as GET
// /deviceStates/Queue:<queue>_pause_<member>; it is never subscribed to. The pauses
// that the hub has begun are in the source's cursor, written before the pause is
// set: after a crash this hub, or another one, ends these pauses and no others. The
// pauser has a goroutine of its own, beside the path of the calls.
//
// # Click to call
//
// The hub that owns the exchange finds a dial at once when it was asked there, else
// within a second, and takes it, committed, before it asks the exchange ([placer]).
// So nothing is dialled twice; after a crash in between the dial is lost, and the
// telephone does not ring a second time. The dial's id is the id of the channel and
// so the linkedid of the call. That ties the row to the call, and lets the next
// owner of the exchange find the channel and go on. What becomes of the dial is read
// off the call by the [tracker]. Context, caller id and variables come from the
// configuration, the number from the number plan, which may refuse more than the
// hub's policy and never less.
//
// Asterisk answers 409 both when the channel exists and when it has no way to the
// device, so the channel is looked for before either is believed. ARI refuses hold,
// redirect and continue for channels outside of Stasis
// (TestRealHoldAndTransferAreRefused), and a channel in Stasis is stuck when the hub
// hangs: hold and transfer stay with the telephone. Hanging up needs no owner: any
// hub asks the exchange.
//
// # The journal of the exchange
//
// The connector reads the exchange's own journal (channel event logging, CEL)
// beside the live events. [celReader] gives its rows in order over all files,
// rotated and compressed ones too. A file is known by the hash of its first line,
// which survives renaming, copying and compressing; an inode does not. A row ends
// where no quotation mark is open, or before a line that begins like a row. [celAssembler]
// makes calls of rows. A call is complete with LINKEDID_END, or when all its
// channels have ended and the journal goes on without it or stands still; no clock
// of the hub decides it.
//
// [celTail] puts complete calls together with the position from which nothing would
// be missed: the first row of the oldest call that is not complete, maybe in an
// older file. Reading a row twice changes nothing, so the position only has to be
// early enough.
//
// A journal on another machine is copied and not interpreted there ([Shipper]): the
// hub appends bytes to its copy of a file if they begin where the copy ends, syncs,
// and answers with the length of the copy. The same reader follows the copy, so that
// neither side has to know what the other one remembers.
//
// What live events missed is a row in the table gaps. It is filled once the tail has
// reached the end of the journal after the gap. The hub compares a day's calls with
// the journal and puts what differs through the source's inbox.
package asterisk
