package engine

import (
	"fmt"
	"time"

	"ctihub/connectors"
)

// NewSink makes a sink of the kind. Env's Log must be set; Now, Net.HTTP, Report.Health
// and Settings are filled in when they are nil.
func NewSink(kind connectors.Kind, env connectors.Env) (_ connectors.Sink, err error) {
	switch {
	case !sourceName.MatchString(env.Name):
		return connectors.Sink{}, fmt.Errorf("sink %q: a name consists of a-z, 0-9 and -", env.Name)
	case kind.Out == nil:
		return connectors.Sink{}, fmt.Errorf("sink %q: kind %q does not send", env.Name, kind.Name)
	}
	if env.Now == nil {
		env.Now = time.Now
	}
	if env.Net.HTTP == nil {
		env.Net.HTTP = newHTTP(env.Net.Roots)
	}
	if env.Report.Health == nil {
		env.Report.Health = func(error) {}
	}
	if env.Settings == nil {
		env.Settings = func(any) error { return nil }
	}
	defer func() {
		if v := recover(); v != nil {
			err = panicError(v)
		}
	}()
	return kind.Out(env)
}
