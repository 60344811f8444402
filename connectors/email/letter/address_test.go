package letter

import (
	"strings"
	"testing"
	"time"
)

// TestAddresses has mailboxes as programs and people write them. No address may be joined from
// separate words.
func TestAddresses(t *testing.T) {
	type is = []address
	igor := func(name string) is { return is{{name: name, mail: "igor@client.example"}} }
	for in, want := range map[string]is{
		`igor@client.example`:                                                   igor(""),
		`Igor Lesnoy <igor@client.example>`:                                     igor("Igor Lesnoy"),
		`"Igor Lesnoy" <IGOR@Client.Example>`:                                   igor("Igor Lesnoy"),
		`"Igor Lesnoy <igor@client.example>" <igor@client.example>`:             igor("Igor Lesnoy"),
		`Igor Lesnoy igor@client.example`:                                       igor("Igor Lesnoy"),
		`"Igor Lesnoy" igor@client.example`:                                     igor("Igor Lesnoy"),
		`Игорь Лесной igor@client.example`:                                      igor("Игорь Лесной"),
		`igor@client.example Igor Lesnoy`:                                       igor("Igor Lesnoy"),
		`Igor Lesnoy, igor@client.example`:                                      igor("Igor Lesnoy"),
		`Igor Lesnoy - igor@client.example`:                                     igor("Igor Lesnoy"),
		`=?utf-8?B?0JjQs9C+0YDRjA==?= igor@client.example`:                      igor("Игорь"),
		`igor@client.example (Igor Lesnoy)`:                                     igor("Igor Lesnoy"),
		`igor@client.example (Igor (home) Lesnoy)`:                              igor("Igor (home) Lesnoy"),
		`igor@client.example (=?utf-8?B?0JjQs9C+0YDRjA==?=)`:                    igor("Игорь"),
		`igor(home)@client.example`:                                             igor("home"),
		`igor@client.example (Igor Lesnoy`:                                      igor("Igor Lesnoy"),
		`Igor (home) <igor@client.example>`:                                     igor("Igor (home)"),
		`Igor (home <igor@client.example>`:                                      igor("Igor (home"),
		`Igor Lesnoy [igor@client.example]`:                                     igor("Igor Lesnoy"),
		`Igor Lesnoy (igor@client.example)`:                                     igor("Igor Lesnoy"),
		`Igor Lesnoy [mailto:igor@client.example]`:                              igor("Igor Lesnoy"),
		`mailto:igor@client.example`:                                            igor(""),
		`Igor <mailto:igor@client.example>`:                                     igor("Igor"),
		`Igor <MAILTO:igor@client.example>`:                                     igor("Igor"),
		`igor@client.example <mailto:igor@client.example>`:                      igor(""),
		`Igor Lesnoy <igor@client.example`:                                      igor("Igor Lesnoy"),
		`Igor Lesnoy igor@client.example>`:                                      igor("Igor Lesnoy"),
		`"Igor Lesnoy <igor@client.example>`:                                    igor("Igor Lesnoy"),
		`Igor Lesnoy" <igor@client.example>`:                                    igor(`Igor Lesnoy"`),
		`Igor <<igor@client.example>>`:                                          igor("Igor"),
		`<igor@client.example> Igor Lesnoy`:                                     igor("Igor Lesnoy"),
		`<igor@client.example> (Igor Lesnoy)`:                                   igor("Igor Lesnoy"),
		`< igor@client.example >`:                                               igor(""),
		`'igor@client.example' <igor@client.example>`:                           igor(""),
		`"igor@client.example" <igor@client.example>`:                           igor(""),
		`<'igor@client.example'>`:                                               igor(""),
		`igor@client.example.`:                                                  igor(""),
		`Igor <igor@client.example..>`:                                          igor("Igor"),
		`igor @ client.example`:                                                 igor(""),
		`igor@ client.example`:                                                  igor(""),
		`igor @client.example`:                                                  igor(""),
		`Igor <igor @ client.example>`:                                          igor("Igor"),
		`Igor <igor@client .example>`:                                           igor("Igor"),
		`Igor <igor@client. example>`:                                           igor("Igor"),
		`Igor Lesnoy igor@ client.example`:                                      igor("Igor Lesnoy"),
		`Igor Lesnoy igor @ client.example`:                                     igor("Igor Lesnoy"),
		`Игорь igor @client.example`:                                            igor("Игорь"),
		`Lesnoy, Igor <igor@client.example>`:                                    igor("Lesnoy, Igor"),
		`Lesnoy, Igor, Dr. <igor@client.example>`:                               igor("Lesnoy, Igor, Dr."),
		`=?utf-8?Q?Lesnoy,_Igor?= <igor@client.example>`:                        igor("Lesnoy, Igor"),
		`=?utf-8?Q?Lesnoy?=, =?utf-8?Q?Igor?= <igor@client.example>`:            igor("Lesnoy, Igor"),
		`"=?utf-8?B?0JjQs9C+0YDRjA==?=" <igor@client.example>`:                  igor("Игорь"),
		`"=?utf-8?B?0JjQs9C+0YDRjA==?= =?utf-8?B?IEw=?=" <igor@client.example>`: igor("Игорь L"),
		`=?utf-8?Q?Igor_Lesnoy_=3Cigor=40client=2Eexample=3E?=`:                 igor("Igor Lesnoy"),
		`=?utf-8?Q?igor=40client=2Eexample?=`:                                   igor(""),
		`Igor <=?utf-8?Q?igor=40client=2Eexample?=>`:                            igor("Igor"),
		`Igor <igor@client.example> <igor@client.example>`:                      {{name: "Igor", mail: "igor@client.example"}, {mail: "igor@client.example"}},
		`Igor <igor@client.example> Anna <anna@client.example>`:                 {{name: "Igor", mail: "igor@client.example"}, {name: "Anna", mail: "anna@client.example"}},
		`Igor <igor@client.example, Anna <anna@client.example>`:                 {{name: "Igor", mail: "igor@client.example"}, {name: "Anna", mail: "anna@client.example"}},
		`"Igor <igor@client.example>, Anna <anna@client.example>`:               {{name: "Igor", mail: "igor@client.example"}, {name: "Anna", mail: "anna@client.example"}},
		`igor@client.example; anna@client.example`:                              {{mail: "igor@client.example"}, {mail: "anna@client.example"}},
		`igor@client.example anna@client.example`:                               {{mail: "igor@client.example"}, {mail: "anna@client.example"}},
		`team: Igor <igor@client.example>, anna@client.example;`:                {{name: "Igor", mail: "igor@client.example"}, {mail: "anna@client.example"}},
		`undisclosed-recipients:;`:                                              nil,
		``:                                                                      nil,
		`<>`:                                                                    nil,
		`<@a.example,@b.example:igor@client.example>`:                           igor(""),
		`Игорь <игорь@клиент.example>`:                                          {{name: "Игорь", mail: "игорь@xn--e1affem4a.example"}},
		`"'Igor Lesnoy' via Sales" <sales@firm.example>`:                        {{name: "'Igor Lesnoy' via Sales", mail: "sales@firm.example"}},
		`"Igor <igor@client.example>" <sales@firm.example>`:                     {{name: "Igor <igor@client.example>", mail: "sales@firm.example"}},
		// What cannot be read stays as it is.
		`igor lesnoy @ client.example`:         {{text: "igor lesnoy @ client.example"}},
		`Igor Lesnoy @ client.example`:         {{text: "Igor Lesnoy @ client.example"}},
		`<igor lesnoy@client.example>`:         {{text: "igor lesnoy@client.example"}},
		`Igor <igor lesnoy@client.example>`:    {{name: "Igor", text: "igor lesnoy@client.example"}},
		`Igor <igor. lesnoy@client.example>`:   {{name: "Igor", text: "igor. lesnoy@client.example"}},
		`"igor lesnoy"@client.example`:         {{text: `"igor lesnoy"@client.example`}},
		`igor@lesnoy@client.example`:           {{text: "igor@lesnoy@client.example"}},
		`Igor <igor@@client.example>`:          {{name: "Igor", text: "igor@@client.example"}},
		`Igor <igor@localhost>`:                {{name: "Igor", text: "igor@localhost"}},
		`Igor <igor@client example>`:           {{name: "Igor", text: "igor@client example"}},
		`Igor Lesnoy`:                          {{name: "Igor Lesnoy", text: "Igor Lesnoy"}},
		`/O=FIRM/OU=MSK/CN=RECIPIENTS/CN=IGOR`: {{name: "/O=FIRM/OU=MSK/CN=RECIPIENTS/CN=IGOR", text: "/O=FIRM/OU=MSK/CN=RECIPIENTS/CN=IGOR"}},
		`Igor igor(at)client.example`:          {{name: "Igor igor(at)client.example", text: "Igor igor(at)client.example"}},
	} {
		got := addresses(in, "")
		same := len(got) == len(want)
		for i := 0; same && i < len(got); i++ {
			same = got[i] == want[i]
		}
		if !same {
			t.Errorf("%s\ngot  %+v\nwant %+v", in, got, want)
		}
	}
}

// TestAddressesAreReadInTime: time grows with the length of a field only.
func TestAddressesAreReadInTime(t *testing.T) {
	for _, piece := range []string{"<", ">", "@", ":", ",", ";", "\"", "(", ")", "<@", "a@b.c ", "<a@b.c", "=?", "=?utf-8?Q?a", "a @ b.c ", "mailto:", "a,", "<,", ":@"} {
		begin := time.Now()
		addresses(strings.Repeat(piece, 8*maxHeader/len(piece)), "")
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("%q takes %v", piece, took)
		}
	}
}
