// The page's own words in both languages, and which of them is spoken.

const WORDS = {
  en: {
    other: '中文', otherLabel: '切换到中文', title: 'Scene',
    loading: 'Loading …', failed: 'The scene could not be loaded: {reason}',
    view: 'View', panel: 'Scene',
    orbit: 'Orbit', walk: 'Walk', home: 'Reset view', vr: 'Enter VR', ar: 'Enter AR', leave: 'Leave',
    helpOrbit: 'Drag to turn, scroll to come closer, click a thing to read its name. Arrow keys turn, + and − zoom.',
    helpWalk: 'W A S D or arrow keys walk, drag to look round, click the floor to go there. Esc returns to orbit.',
    canvas: 'The scene in 3D. {help}',
    objects: 'Objects', objectsHint: '{count} objects. Choose one to see it and to read its name in both languages.',
    quiz: 'Quiz', quizHint: 'Find what is asked for: click it in the picture, or press its button.',
    quizStart: 'Start', quizAgain: 'Once more', quizSkip: 'Skip',
    find: 'Find the {name}', right: 'Right: {name}.', wrong: 'That is the {name}. Try again.',
    unknown: 'That has no name. Try again.', skipped: 'That would have been here: {name}.',
    score: '{right} of {asked}', done: 'All found: {right} of {asked} at the first try.', tooFew: 'The scene has too few named objects for a quiz.',
    speak: 'Speak', speaker: 'Who speaks', words: 'What to say', speakGo: 'Speak', speakStop: 'Stop',
    hello: 'Hello! Welcome to this place. Have a look around.',
    voice: 'With a voice of this browser.', silent: 'This browser has no voice for it; only the lips move.',
    close: 'Close', listen: 'Listen', chosen: '{name}', walking: 'Walking', orbiting: 'Orbiting', went: 'Went there',
    entered: 'You are in the scene. Point at the floor to go there, at a thing to read its name.',
    refused: 'The headset did not start: {reason}', made: 'Made with {generator}', by: 'by {author}', engine: 'three.js (MIT)',
  },
  zh: {
    other: 'English', otherLabel: 'Switch to English', title: '场景',
    loading: '正在加载……', failed: '无法加载场景：{reason}',
    view: '视图', panel: '场景',
    orbit: '环绕', walk: '漫步', home: '重置视图', vr: '进入 VR', ar: '进入 AR', leave: '离开',
    helpOrbit: '拖动旋转，滚轮缩放，点击物体查看名称。方向键旋转，+ 和 − 缩放。',
    helpWalk: 'W A S D 或方向键行走，拖动环顾，点击地面前往。按 Esc 返回环绕。',
    canvas: '三维场景。{help}',
    objects: '物体', objectsHint: '共 {count} 个物体。选择一个即可定位，并查看其中英文名称。',
    quiz: '测验', quizHint: '找到所问的物体：在画面中点击，或按下相应按钮。',
    quizStart: '开始', quizAgain: '再来一次', quizSkip: '跳过',
    find: '请找到：{name}', right: '正确：{name}。', wrong: '这是{name}，请再试一次。',
    unknown: '它没有名称，请再试一次。', skipped: '它在这里：{name}。',
    score: '{right} / {asked}', done: '全部完成：{asked} 个中有 {right} 个一次答对。', tooFew: '场景中有名称的物体太少，无法测验。',
    speak: '说话', speaker: '谁来说', words: '要说的话', speakGo: '说', speakStop: '停止',
    hello: '你好！欢迎来到这里，请随意看看。',
    voice: '使用此浏览器的语音。', silent: '此浏览器没有对应的语音，只有口型会动。',
    close: '关闭', listen: '朗读', chosen: '{name}', walking: '漫步', orbiting: '环绕', went: '已到达',
    entered: '您已进入场景。指向地面即可前往，指向物体可查看名称。',
    refused: '头显未能启动：{reason}', made: '由 {generator} 制作', by: '作者 {author}', engine: 'three.js (MIT)',
  },
};

const STORED = 'atelier-language';

export class Language extends EventTarget {
  constructor() {
    super();
    const wanted = [remembered(), ...(navigator.languages ?? [navigator.language ?? 'en'])].filter(Boolean);
    this.code = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS) ?? 'en';
  }

  // The words for `key`, with {names} filled in.
  text(key, values = {}) {
    return WORDS[this.code][key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  // The name of a thing of the scene.
  name(thing) {
    return this.code === 'zh' ? thing.zh : thing.en;
  }

  // The same within a sentence: English has no capitals there, but for TV.
  nameInside(thing) {
    const inside = (word) => (word === word.toUpperCase() && word.length > 1 ? word : word.toLowerCase());
    return this.code === 'zh' ? thing.zh : thing.en.split(' ').map(inside).join(' ');
  }

  toggle() {
    this.code = this.code === 'en' ? 'zh' : 'en';
    try {
      localStorage.setItem(STORED, this.code);
    } catch { /* private windows may refuse to store */ }
    this.dispatchEvent(new Event('change'));
  }

  // Fills every element that names its words.
  fill(root = document) {
    document.documentElement.lang = this.code === 'zh' ? 'zh-Hans' : 'en';
    for (const item of root.querySelectorAll('[data-text]')) item.textContent = this.text(item.dataset.text);
    for (const item of root.querySelectorAll('[data-label]')) item.setAttribute('aria-label', this.text(item.dataset.label));
  }
}

function remembered() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

export const isStill = matchMedia('(prefers-reduced-motion: reduce)');
