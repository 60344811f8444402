package duplicates_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"ctihub/leads"
	"ctihub/leads/duplicates"
)

// record is a contact of a population. Two records are duplicates if they are of one person: that is
// the truth, which the rules do not see.
type record struct {
	duplicates.Person
	person int
	kind   string // how a second record of a person differs from the first
}

// population makes records of people with errors of known kinds, and people who are like others.
type population struct {
	*rand.Rand
	records  []record
	families []string // family names, frequent ones first
	men      []string
	women    []string
	firms    []firm
	taken    map[string]bool // numbers, addresses and user names
	people   int
}

type firm struct {
	name, domain, number string
	block                string // its numbers without the last two digits
	staff                int
}

// Names of the generator, not the ones of the rules' dictionary alone: short forms are written here
// as people write them.
var (
	menNames = strings.Fields(`Александр:Саша Сергей:Серёга Дмитрий:Дима Алексей:Лёша Андрей: Максим:Макс Евгений:Женя Владимир:Вова Иван:Ваня Михаил:Миша Николай:Коля
		Павел:Паша Роман:Рома Константин:Костя Виктор:Витя Юрий:Юра Олег: Антон: Игорь: Денис: Илья: Артём: Кирилл: Никита: Григорий:Гриша Пётр:Петя Василий:Вася Руслан: Тимур:
		Станислав:Стас Вадим: Леонид:Лёня Фёдор:Федя Георгий:Гоша Егор: Борис:Боря Анатолий:Толя Валерий:Валера Геннадий:Гена Эдуард:Эдик Марат: Рустам:`)
	womenNames = strings.Fields(`Елена:Лена Ольга:Оля Наталья:Наташа Анна:Аня Ирина:Ира Татьяна:Таня Мария:Маша Светлана:Света Екатерина:Катя Юлия:Юля Анастасия:Настя Марина: Людмила:Люда
		Виктория:Вика Оксана: Галина:Галя Александра:Саша Дарья:Даша Ксения:Ксюша Надежда:Надя Любовь:Люба Вера: Валентина:Валя Алина: Евгения:Женя Полина: Лариса: Нина: Елизавета:Лиза
		Кристина: Валерия:Лера Яна: Диана: Софья:Соня Инна: Жанна: Тамара: Эльвира: Гульнара:`)
	familyNames = strings.Fields(`Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Федоров Морозов Волков Алексеев Лебедев Семенов Егоров Павлов Козлов Степанов Николаев
		Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьев Сергеев Кузьмин Фролов Александров Дмитриев Королев Гусев Киселев Ильин Максимов Поляков
		Сорокин Виноградов Ковалев Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов
		Карпов Власов Мельников Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Савельев Тимофеев Фомин Чернов Абрамов Мартынов Ефимов Федотов Щербаков Назаров Калинин Исаев Чернышев Быков
		Маслов Родионов Коновалов Лазарев Воронин Климов Филатов Пономарев Голубев Кудрявцев Прохоров Наумов Потапов Журавлев Овчинников Трофимов Леонов Соболев Ермаков Колесников Гончаров
		Емельянов Никифоров Грачев Котов Гришин Ефремов Архипов Громов Кириллов Малышев Панов Моисеев Румянцев Акимов Кондратьев Бирюков Горбунов Анисимов Еремин Тихомиров Галкин Лукьянов
		Михеев Скворцов Юдин Белоусов Нестеров Симонов Прокофьев Харитонов Князев Цветков Левин Митрофанов Воронов Аксенов Софронов Мальцев Логинов Горшков Савин Краснов Майоров Демидов
		Елисеев Рыбаков Сафонов Плотников Демин Хохлов Фадеев Молчанов Игнатов Литвинов Ершов Ушаков Дементьев Рябов Мухин Калашников Леонтьев Лобанов Кузин Корнеев Евдокимов Бородин Платонов
		Некрасов Балашов Бобров Жданов Блинов Игнатьев Коротков Муравьев Крюков Беляков Богомолов Дроздов Лавров Зуев Петухов Ларин Никулин Серов Терентьев Зотов Устинов Фокин Самойлов
		Константинов Сахаров Шишкин Самсонов Черкасов Чистяков Носов Спиридонов Карасев Авдеев Воронцов Зверев Владимиров Селезнев Нечаев Кудряшов Седов Фирсов Андрианов Панфилов Головин
		Терехов Ульянов Шестаков Агеев Никонов Селиванов Баженов Гордеев Кожевников Пахомов Зимин Костин Широков Филимонов Ларионов Овсянников Сазонов Суворов Нефедов Корнилов Любимов Львов`)
)

// newPopulation makes records of so many people.
func newPopulation(seed uint64, people int) *population {
	p := &population{Rand: rand.New(rand.NewPCG(seed, 7)), men: menNames, women: womenNames, taken: map[string]bool{}}
	p.families = familyNames
	for _, a := range strings.Fields("Ба Бе Бу Ва Ве Га Гу Да До Ду Жа За Зи Ка Ке Ко Ку Ла Ли Лу Ма Ме Му На Не Ну Па По Пу Ра Ре Ру Са Се Су Та Те Ту Фа Ха Хо Ча Че Ша Ше Шу") {
		for _, b := range strings.Fields("бак вал гун дар зин кач лад мыш нар пиш рох син тур хат цеп шен щук бор") {
			p.families = append(p.families, a+b+[]string{"ов", "ин", "ский", "енко"}[p.IntN(4)])
		}
	}
	for n := range people/10 + 1 {
		name := p.syllables(2 + p.IntN(2))
		f := firm{name: strings.ToUpper(name[:2]) + name[2:], domain: ascii(name) + fmt.Sprint(n) + ".ru", number: p.number("495"), staff: 1}
		if n%50 == 0 {
			f.staff = 40 // a large one
		}
		f.block = p.number("812")[:10]
		p.firms = append(p.firms, f)
	}
	for p.people < people {
		p.add()
	}
	return p
}

func pick[T any](p *population, all []T) T { return all[p.IntN(len(all))] }

// frequent picks the first ones more often.
func frequent[T any](p *population, all []T) T {
	x := p.Float64()
	return all[int(x*x*float64(len(all)))]
}

func (p *population) syllables(n int) (s string) {
	for range n {
		s += pick(p, strings.Fields("ро ма ст ка ти во лу не го да пре сто гра тех маш про ин вест оп том снаб лес сер вис дом эко"))
	}
	return s
}

// number is a new mobile number, or one of a town, in E.164.
func (p *population) number(code string) string {
	for {
		n := "+7" + code + fmt.Sprintf("%07d", p.IntN(10_000_000))
		if !p.taken[n] {
			p.taken[n] = true
			return n
		}
	}
}

func (p *population) mobile() string {
	return p.number(pick(p, strings.Fields("903 905 906 909 910 911 915 916 917 919 921 925 926 929 950 952 960 962 964 968 977 981 985 999")))
}

// somebody is a new person.
type somebody struct {
	id                        int
	given, short, father, fam string
	woman                     bool
	firm                      *firm
	number, mail, handle      string
}

func (p *population) somebody() somebody {
	p.people++
	s := somebody{id: p.people, woman: p.IntN(2) == 0, number: p.mobile()}
	names := p.men
	if s.woman {
		names = p.women
	}
	s.given, s.short, _ = strings.Cut(frequent(p, names), ":")
	father, _, _ := strings.Cut(pick(p, strings.Fields("Александр: Сергей: Дмитрий: Алексей: Андрей: Владимир: Иван: Михаил: Николай: Виктор: Юрий: Пётр: Василий: Борис: Анатолий: Валентин: Олег: Павел:")), ":")
	s.father = patronymic(father, s.woman)
	s.fam = frequent(p, p.families)
	if s.woman {
		s.fam = ofWoman(s.fam)
	}
	if p.IntN(2) == 0 {
		f := &p.firms[p.IntN(len(p.firms))]
		for f.staff == 1 && p.IntN(10) == 0 {
			f = &p.firms[p.IntN(len(p.firms))/50*50]
		}
		s.firm = f
	}
	local := ascii(s.given)[:1] + "." + ascii(s.fam)
	s.handle = p.free(ascii(s.fam)+"_"+ascii(s.given), "")
	if s.firm != nil && p.IntN(2) == 0 {
		s.mail = p.free(local, "@"+s.firm.domain)
	} else {
		s.mail = p.free(ascii(s.given)+"."+ascii(s.fam)+fmt.Sprint(p.IntN(100)), "@"+pick(p, strings.Fields("gmail.com yandex.ru mail.ru gmail.com yandex.ru bk.ru")))
	}
	return s
}

func (p *population) free(local, domain string) string {
	for n := 0; ; n++ {
		try := local
		if n > 0 {
			try += fmt.Sprint(10 + p.IntN(9990))
		}
		if key := strings.NewReplacer(".", "", "-", "").Replace(try) + domain; !p.taken[key] {
			p.taken[key] = true
			return try + domain
		}
	}
}

// full is the name as somebody wrote it: with the patronymic or without.
func (p *population) full(s somebody) string {
	switch p.IntN(4) {
	case 0:
		return s.fam + " " + s.given + " " + s.father
	case 1:
		return s.fam + " " + s.given
	}
	return s.given + " " + s.fam
}

func (p *population) store(s somebody, kind, name string, company bool, ids ...leads.Identity) *record {
	r := record{person: s.id, kind: kind}
	r.Name, r.Identities = name, ids
	if company && s.firm != nil {
		r.Company = pick(p, []string{"ООО «" + s.firm.name + "»", s.firm.name, "ООО " + s.firm.name, strings.ToUpper(s.firm.name)})
	}
	p.records = append(p.records, r)
	return &p.records[len(p.records)-1]
}

func phone(v string) leads.Identity { return leads.Identity{Kind: leads.KindPhone, Value: v} }
func email(v string) leads.Identity { return leads.Identity{Kind: leads.KindEmail, Value: v} }
func user(kind, v string) leads.Identity {
	return leads.Identity{Kind: leads.IdentityKind(kind), Value: v}
}

// add adds a person, with a second record or with people like them.
func (p *population) add() {
	s := p.somebody()
	first := []leads.Identity{phone(s.number)}
	if p.IntN(2) == 0 {
		first = append(first, email(s.mail))
	}
	name := p.full(s)
	p.store(s, "", name, p.IntN(5) > 0, first...)
	switch x := p.IntN(1000); {
	case x < 30:
		p.spelling(s)
	case x < 60:
		p.alias(s)
	case x < 90:
		p.channels(s)
	case x < 130:
		p.colleague(s)
	case x < 160:
		p.typo(s)
	case x < 200:
		p.family(s)
	case x < 230:
		p.neighbours(s)
	case x < 260:
		p.office(s)
	case x < 263:
		p.namesake(s)
	}
}

// ascii writes a name as in an address.
func ascii(s string) string {
	return strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ё", "e", "ж", "zh", "з", "z", "и", "i", "й", "y", "к", "k", "л", "l", "м", "m",
		"н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "",
		"э", "e", "ю", "yu", "я", "ya").Replace(strings.ToLower(s))
}

func patronymic(father string, woman bool) string {
	end := map[bool][2]string{false: {"ович", "евич"}, true: {"овна", "евна"}}[woman]
	switch {
	case strings.HasSuffix(father, "ий"):
		return strings.TrimSuffix(father, "ий") + "ь" + end[1]
	case strings.HasSuffix(father, "й"):
		return strings.TrimSuffix(father, "й") + end[1]
	}
	return strings.TrimSuffix(father, "ь") + end[0]
}

func ofWoman(family string) string {
	switch {
	case strings.HasSuffix(family, "ский"):
		return strings.TrimSuffix(family, "ий") + "ая"
	case strings.HasSuffix(family, "енко"):
		return family
	}
	return family + "а"
}
