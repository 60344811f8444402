// Package calls is what people do with calls: have numbers dialled, hang up, and
// have customers called who asked for it.
//
// A dial is stored once per key of whoever asks ([Service.Dial]), if the [Policy]
// lets the number be dialled, before the exchange is told. The exchange's
// connector takes it, once whatever happens ([Service.Take]), and notes how far
// it has come ([Service.Move]).
package calls
