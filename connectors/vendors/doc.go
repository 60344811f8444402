// Package vendors has what clients of vendors share: errors of HTTP as replies
// need them, signed posts ([SignedReceiver]), JSON that is read although a field
// has another type than documented ([DecodeLenient]), callers' names and numbers,
// and files that survive a crash. Its folders fetch the files of messages, read
// vCards and posted forms, and show JSON as people read it.
package vendors
