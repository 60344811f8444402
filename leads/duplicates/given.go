package duplicates

import (
	"strconv"
	"strings"
)

// forms are given names, each with the short forms by which people sign and are saved. A short
// form may be one of several names.
const forms = `
александр саша саня шура сашка алекс alex alexander
александра саша шура саня сашенька
алексей леша алеша лёха леха alexey alexei aleksej
алина алиночка
алла аллочка
анастасия настя настасья ася anastasia
анатолий толя толик
андрей андрюша дрон андрюха andrew
анна аня анюта нюра анечка ann anna
антон антоха тоша anthony
антонина тоня
аркадий аркаша
арсений сеня арсен
артем тема артёмка artyom
артур
валентин валя валик
валентина валя
валерий валера
валерия лера валерка
варвара варя
василий вася васёк
вера верочка
вероника ника
виктор витя viktor victor
виктория вика victoria
виталий виталик виталя
владимир вова володя вовка vladimir
владислав влад слава владик
владислава влада слава
вячеслав слава славик
галина галя
геннадий гена
георгий гоша жора george
герман гера
глеб
григорий гриша
дарья даша дарина
даниил даня данила данил daniel
денис деня denis
диана дианочка
дмитрий дима митя димон dmitry dimitri
евгений женя жека eugene
евгения женя
екатерина катя катерина катюша catherine kate
елена лена алена еленка helen
елизавета лиза elizabeth
жанна
зинаида зина
зоя
иван ваня ванька john
игорь игорёк гарик
илья илюша ilia
инна
ирина ира ириша irene
карина
кирилл кир кирюша
кира
константин костя
ксения ксюша оксана ksenia xenia
лариса лара
леонид леня
лидия лида
лилия лиля
любовь люба
людмила люда мила люся
максим макс максимка max maxim
маргарита рита margarita
марина мариша
мария маша маруся маня mary maria
марк
матвей мотя
михаил миша мишаня michael
надежда надя
наталья наташа ната наталия natalie
никита ник
николай коля николаша nicholas
нина
оксана ксюша
олег олежка
ольга оля olga
павел паша пашка paul
петр петя пётр peter
полина поля
раиса рая
ринат
роман рома roman
руслан русик
светлана света лана
семен сеня сёма
сергей сережа серёга серега serge
софья соня софия sofia sophia
станислав стас слава
степан степа
таисия тая
тамара тома
татьяна таня танюша tanya
тимофей тима
тимур тима
ульяна уля
федор федя
филипп филя
эдуард эдик
элина эля
эльвира эля
юлия юля julia
юрий юра
яков яша
яна
ярослав ярик слава
рустам
ильдар
марат
азат
айрат
булат
гульнара гуля
алсу
заур
магомед мага
ахмед
тигран
армен
ашот
карен`

// givenNames are the groups of forms of each given name, in Latin letters.
var givenNames = func() map[string][]int {
	all := map[string][]int{}
	for group, line := range strings.Split(strings.TrimSpace(forms), "\n") {
		for _, form := range strings.Fields(line) {
			l := latin(form)
			if has := all[l]; len(has) == 0 || has[len(has)-1] != group {
				all[l] = append(all[l], group)
			}
		}
	}
	return all
}()

func formOf(group int) string { return "#" + strconv.Itoa(group) }
