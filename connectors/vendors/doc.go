// Package vendors has the code that clients of vendors share: HTTP errors in the form that
// replies need, signed posts ([SignedReceiver]), JSON whose fields may have other types than
// documented ([DecodeLenient]), callers' names and numbers, and files that survive a crash. Its
// folders fetch the files of messages, read vCards and posted forms, and turn JSON into readable
// lines.
package vendors
