"""Words of names: what is a title and not a name, and which names are forms of one another."""

from typing import Final

from nextstep_programme.letters import word_set

TITLES: Final = word_set(
    "dr doctor prof professor mr mrs ms miss mx sir dame lord lady baroness baron rev revd "
    "reverend hon rt assoc associate asst assistant adj adjunct emeritus emerita consultant "
    "sister nurse capt maj col lt cdr sgt brig wg sqn ldr surg"
)
"""Before a name."""

LETTERS: Final = word_set(
    "mbbs mbchb mbbch mbbchir mbbchbao mb bs bm bch bchir chb bao bmbch bmbs bds bchd mchd mds dds "
    "md ms dm mch phd dphil dsc edd engd bsc msc mphil mres mph mba med mclin clin llb llm pgcert "
    "pgdip pgce fcem facp facs frs fmedsci facadmed fhea sfhea pfhea ffph ffpm ffpmrca fficm mfds "
    "mjdf fds fdsrcs mfph dch drcog dcch dgm dtmh dfsrh dfph dip obe mbe cbe kbe dbe kcb jp dl rn "
    "rgn rmn qn fmlm ffmlm sffmlm mfmlm mmed hons cantab oxon lond edin glas "
    "glasg irel uk tr orth jr sr ii iii esq"
)
"""After a name: degrees, memberships and honours. `Ma`, `Ba` and `Do` are surnames as well."""
ALSO_SURNAMES: Final = word_set("ma ba do bm dl ms mb bs jp med")
"""Among the letters, and names too: left out only where a comma sets them apart."""

PARTICLES: Final = word_set(
    "van von der den de del della di da dos du la le zu bin binti bint ibn al el ul ur ud y"
)
"""Small words of a surname, which people write or leave out."""

ASIDE: Final = word_set("nee formerly aka")
"""Between a name and an earlier one."""

_FORMS: Final = """
abigail abby abi
abdul abdel abd
aisha ayesha aysha aishah
ahmed ahmad ahmet
alexander alex alec sandy sasha
alexandra alex sandra sasha lexi
alan allan allen al
albert bert al
alfred fred alf
ali aly
amanda mandy
andrew andy drew
anthony antony tony
anne ann anna annie
arthur art
barbara barb babs
benjamin ben benny
bernard bernie
bradley brad
bridget bridie
caroline carolyn carrie
catherine katherine kathryn catharine kate cathy kathy katie cath
charles charlie chas
charlotte lottie charlie
chaudhry chaudhary choudhary choudhury chowdhury chaudhuri chowdhry
christine christina chris tina
christopher chris
clifford cliff
daniel dan danny
david dave
deborah debra debbie deb
derek derrick
donald don
dorothy dot
edward ed eddie ted ned
eleanor ellie nell
elizabeth elisabeth liz lizzie beth betty eliza libby
emily em emma
eric erik
eugene gene
fatima fatimah
farouk faruk farooq
francis frank
frances fran
frederick fred freddie
gabriel gabe
geoffrey jeffrey geoff jeff
george georgie
gerald gerard gerry jerry
gillian jill gill
graham graeme
gregory greg
harold harry
henry harry hal
helen helena nell
hussain hussein husain hossain
ian iain
isabel isobel isabelle bella izzy
iqbal eqbal
jacob jake
jacqueline jackie
james jim jamie jimmy
jane janie
janet jan
jennifer jen jenny
jessica jess
joan joanie
joanna joanne jo
john jack johnny jon
jonathan jon jonny
joseph joe
josephine jo josie
joshua josh
judith judy
julia julie
kareem karim
kenneth ken
kimberley kim
lakshmi laxmi
laurence lawrence larry laurie
leonard len
lesley leslie les
louise lou
margaret maggie meg peggy madge
mark marc
martin marty
mary maria molly
matthew matt
megan meg
michael mike mick mickey
mohammed muhammad mohammad mohamed muhammed mohamad muhamad mohd md
mustafa mustapha
natalie nat
nathaniel nathan nat
nicholas nicolas nick
nicola nicky nikki
olivia liv livvy
pamela pam
patricia pat tricia trish
patrick pat paddy
peter pete
philip phillip phil
priya pria
rachel rachael
rahman rehman rahmaan
rajesh raj
raymond ray
rebecca becky becca
richard rick dick rich ricky
robert rob bob bobby robbie bert
ronald ron
roger rodger
rosemary rose
russell russ
samantha sam
samuel sam
sarah sara sally
sayed syed sayyid
sharma sarma
sheikh shaikh sheik
siddiqui siddiqi siddique siddiquee
simon si
sophia sophie
stephen steven steve
stephanie steph
stuart stewart
susan sue suzanne susie
suleiman sulaiman sulayman
terence terry
theresa teresa terry tess
thomas tom tommy
timothy tim
usman osman uthman
valerie val
victoria vicky tori
vincent vince
walter walt
william will bill billy liam
yousef yusuf youssef yousuf joseph
yvonne eve
zachary zach
zainab zaynab
"""

FORMS_OF: Final[dict[str, frozenset[str]]] = {}
"""For a word, the names that it is a form or another spelling of, by the first in each line."""

for _line in _FORMS.split("\n"):
    for _word in (_words := _line.split()):
        FORMS_OF[_word] = FORMS_OF.get(_word, frozenset()) | {_words[0]}
