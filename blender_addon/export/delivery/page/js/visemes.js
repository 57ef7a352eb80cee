// From text to the forms of a mouth over time: Oculus' 15 visemes, for English by its letters, for Chinese by pinyin.

const SECONDS = { vowel: 0.11, consonant: 0.07, pause: 0.28, gap: 0.05 };

// Letters of English as they usually sound, the longest first.
const ENGLISH = Object.entries({
  tion: 'CH nn', ough: 'O', eigh: 'E', tch: 'CH', igh: 'aa I', sch: 'SS kk', augh: 'O', th: 'TH', sh: 'CH', ch: 'CH', ph: 'FF',
  wh: 'U', ck: 'kk', ng: 'nn kk', qu: 'kk U', kn: 'nn', wr: 'RR', ee: 'I', ea: 'I', oo: 'U', ou: 'aa U', ow: 'O U', oa: 'O', oi: 'O I',
  oy: 'O I', ai: 'E I', ay: 'E I', ei: 'E I', ey: 'E I', au: 'O', aw: 'O', ew: 'U', ie: 'I', ue: 'U', ui: 'U', er: 'RR', ir: 'RR', ur: 'RR',
  a: 'aa', e: 'E', i: 'I', o: 'O', u: 'U', y: 'I', b: 'PP', p: 'PP', m: 'PP', f: 'FF', v: 'FF', d: 'DD', t: 'DD', n: 'nn', l: 'nn',
  k: 'kk', g: 'kk', c: 'kk', q: 'kk', x: 'kk SS', h: 'kk', s: 'SS', z: 'SS', j: 'CH', r: 'RR', w: 'U',
}).sort(([one], [two]) => two.length - one.length);
const VOWELS = new Set(['aa', 'E', 'I', 'O', 'U']);

const INITIALS = {
  b: 'PP', p: 'PP', m: 'PP', f: 'FF', d: 'DD', t: 'DD', n: 'nn', l: 'nn', g: 'kk', k: 'kk', h: 'kk', j: 'CH', q: 'CH', x: 'CH',
  zh: 'CH', ch: 'CH', sh: 'CH', r: 'RR', z: 'SS', c: 'SS', s: 'SS', y: 'I', w: 'U',
};
const FINALS = Object.entries({
  iang: 'I aa nn', iong: 'I O nn', uang: 'U aa nn', ang: 'aa nn', eng: 'E nn', ing: 'I nn', ong: 'O nn', iao: 'I aa O', ian: 'I E nn',
  uai: 'U aa I', uan: 'U aa nn', ai: 'aa I', ei: 'E I', ao: 'aa O', ou: 'O U', an: 'aa nn', en: 'E nn', in: 'I nn', un: 'U nn', ia: 'I aa',
  ie: 'I E', iu: 'I O U', ua: 'U aa', uo: 'U O', ui: 'U E I', ue: 'U E', er: 'E RR', a: 'aa', o: 'O', e: 'E', i: 'I', u: 'U', v: 'U',
}).sort(([one], [two]) => two.length - one.length);

// The first common character of each syllable in the order of pinyin, by which browsers sort.
const SYLLABLES = `ai哎 an安 ang肮 ao凹 ba八 bai白 ban扳 bang邦 bao包 bei卑 ben奔 beng崩 bi逼 bian边 biao标 bie憋 bin宾 bing冰 bo拨 bu卜 ca擦 cai猜 can参 cang仓
cao操 ce册 ceng层 cha叉 chai差 chan掺 chang昌 chao抄 che车 chen郴 cheng称 chi吃 chong充 chou抽 chu出 chuan川 chuang疮 chui吹 chun春 chuo戳
ci疵 cong匆 cou凑 cu粗 cuan蹿 cui崔 cun村 cuo搓 da搭 dai呆 dan丹 dang当 dao刀 de得 deng灯 di低 dian掂 diao刁 die爹 ding丁 diu丢 dong东 dou都
du督 duan端 dui堆 dun吨 duo多 e讹 en恩 er儿 fa发 fan帆 fang方 fei飞 fen分 feng丰 fu夫 ga嘎 gai该 gan甘 gang冈 gao皋 ge戈 gen根 geng庚 gong工
gou勾 gu估 gua瓜 guai乖 guan关 guang光 gui归 gun辊 guo郭 hai咳 han酣 hang夯 hao毫 he呵 hei黑 hen痕 heng亨 hong轰 hou侯 hu乎 hua花 huai怀
huan欢 huang荒 hui灰 hun昏 huo豁 ji讥 jia加 jian奸 jiang江 jiao交 jie阶 jin巾 jing京 jiong炯 jiu纠 ju居 juan娟 jue撅 jun军 kai开 kan刊
kang康 kao考 ke苛 ken肯 kong空 kou抠 ku枯 kua夸 kuai块 kuan宽 kuang匡 kui亏 kun坤 kuo扩 la垃 lai来 lan兰 lang郎 lao捞 lei勒 leng棱 li哩
lian连 liang良 liao撩 lie列 lin拎 ling伶 liu溜 long龙 lou娄 lu卢 lv驴 luan孪 lve掠 lun抡 luo罗 ma妈 mai埋 man蛮 mang忙 mao猫 mei没 men门
meng萌 mi眯 mian眠 miao苗 mie灭 min民 ming名 miu谬 mo摸 mou牟 mu母 na拿 nai乃 nan男 nang囊 nao挠 nei馁 nen嫩 ni妮 nian拈 niang娘 nie捏 nin您
ning宁 niu牛 nong农 nu奴 nve疟 nuo挪 ou欧 pa趴 pai拍 pan潘 pang乓 pao抛 pei呸 pen喷 peng抨 pi批 pian偏 piao飘 pin拼 ping聘 po坡 pu仆 qi七
qia掐 qian千 qiang呛 qiao悄 qie且 qin亲 qing青 qiong穷 qiu丘 qu区 quan圈 que炔 qun裙 ran然 rang瓤 rao饶 re惹 ren人 reng扔 ri日 rong戎 rou柔
ru肉 ruan阮 rui蕊 run闰 ruo若 sa撒 sai塞 san三 sang桑 sao搔 se色 sen森 sha杀 shai筛 shan山 shang伤 shao捎 she奢 shen申 sheng升 shi尸 shou收
shu书 shua刷 shuai衰 shuang双 shui水 shun吮 shuo说 si丝 song松 sou搜 su苏 suan酸 sui虽 sun孙 suo唆 ta他 tai胎 tan坍 tang汤 tao涛 te特 teng疼
ti剔 tian天 tiao挑 tie帖 ting厅 tong通 tou偷 tu凸 tui推 tun褪 tuo托 wa挖 wai歪 wan弯 wang汪 wei危 wen温 weng翁 wo挝 wu乌 xi夕 xia虾 xian仙
xiang乡 xiao宵 xie些 xin心 xing星 xiong凶 xiu休 xu吁 xuan轩 xue削 xun勋 ya丫 yan烟 yang央 yao妖 ye掖 yi一 yin因 ying应 yo哟 yong佣 you优 yu迂
yuan冤 yue曰 yun晕 za匝 zai灾 zan咱 zang赃 zao遭 ze则 zei贼 zen怎 zeng增 zha扎 zhai斋 zhan沾 zhang张 zhao招 zhe遮 zhen贞 zheng争 zhi之
zhong中 zhou州 zhu朱 zhua抓 zhuan专 zhuang妆 zhui追 zhun谆 zhuo拙 zi孜 zong宗 zou邹 zu租 zuan钻 zui嘴 zun尊 zuo昨 a阿 chuai揣 fou否 gei给
ha哈 ka咖 keng吭 le乐 lia俩 me么 ne呢 neng能 niao鸟 nv女 nuan暖 o哦 pie撇 pou剖 seng僧 shuan拴 tuan湍 zhuai拽`
  .trim().split(/\s+/).map((pair) => [pair.slice(0, -1), pair.slice(-1)]);

// The syllable of a Chinese character by the browser's own order of pinyin; empty where the browser has none.
export function pinyin(character) {
  const order = pinyinOrder();
  if (!order || !/\p{Script=Han}/u.test(character)) return '';
  let low = 0, high = order.marks.length - 1, found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (order.compare(order.marks[middle][1], character) <= 0) { found = middle; low = middle + 1; } else high = middle - 1;
  }
  return found < 0 ? '' : order.marks[found][0];
}

let known;
function pinyinOrder() {
  if (known === undefined) {
    const collator = new Intl.Collator('zh-Hans-u-co-pinyin');
    const isThere = collator.compare('八', '掰') < 0 && collator.compare('张', '一') > 0 && collator.compare('阿', '左') < 0;
    known = isThere && { compare: collator.compare, marks: [...SYLLABLES].sort((one, two) => collator.compare(one[1], two[1])) };
  }
  return known;
}

// The visemes of a text: [{ viseme, start, end, at }], seconds, and where in the text each begins.
export function visemesOf(text) {
  const made = [];
  let time = 0;
  const add = (names, at) => {
    for (const name of names) {
      const length = SECONDS[VOWELS.has(name) ? 'vowel' : 'consonant'];
      made.push({ viseme: `viseme_${name}`, start: time, end: time + length, at });
      time += length;
    }
  };
  const lower = text.toLowerCase();
  for (let at = 0; at < lower.length;) {
    const character = String.fromCodePoint(lower.codePointAt(at));
    if (/\p{Script=Han}/u.test(character)) {
      add(ofSyllable(pinyin(character)), at);
      at += character.length;
    } else if (/[a-z]/.test(character)) {
      const word = /^[a-z']+/.exec(lower.slice(at))[0];
      for (const [names, offset] of ofWord(word)) add(names, at + offset);
      at += word.length;
      time += SECONDS.gap;
    } else {
      const letter = character.normalize('NFD')[0];
      const [, sound] = ENGLISH.find(([letters]) => letters === letter) ?? [];
      if (sound) add(sound.split(' '), at);
      else if (/[\p{L}\p{N}]/u.test(character)) add(['aa', 'nn'], at);
      else if (/[.,;:!?。，；：！？、…]/u.test(character)) time += SECONDS.pause;
      at += character.length;
    }
  }
  return made;
}

function ofSyllable(syllable) {
  if (!syllable) return ['aa', 'nn'];
  const initial = ['zh', 'ch', 'sh'].find((letters) => syllable.startsWith(letters)) ?? (syllable[0] in INITIALS ? syllable[0] : '');
  const final = FINALS.find(([letters]) => syllable.slice(initial.length) === letters);
  return [...(initial ? [INITIALS[initial]] : []), ...(final ? final[1].split(' ') : [])];
}

function ofWord(word) {
  const found = [];
  // A last e is silent after a consonant and another vowel: "name", not "the".
  const end = /[aeiouy][^aeiouy']+e$/.test(word) ? word.length - 1 : word.length;
  for (let at = 0; at < end;) {
    const match = ENGLISH.find(([letters]) => word.startsWith(letters, at) && at + letters.length <= end);
    if (match) found.push([match[1].split(' '), at]);
    at += match ? match[0].length : 1;
  }
  return found;
}
