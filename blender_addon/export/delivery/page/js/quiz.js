// A game of questions: find a thing by its name. Answers are clicks in the picture or in VR, or buttons.

const MOST_QUESTIONS = 10;
const MOST_CHOICES = 6;
const PAUSE = 1200;

export class Quiz {
  constructor(content, labels, language, announce) {
    this.content = content;
    this.labels = labels;
    this.language = language;
    this.announce = announce;
    this.isOn = false;
    this.parts = Object.fromEntries(['question', 'answer', 'choices', 'score', 'quiz-start', 'quiz-skip'].map((id) => [id, document.getElementById(id)]));
    this.parts['quiz-start'].addEventListener('click', () => this.start());
    this.parts['quiz-skip'].addEventListener('click', () => this.skip());
    language.addEventListener('change', () => this.write());
  }

  // One thing of each name, by chance; some names several things have, and any of them is right.
  start() {
    const byName = new Map();
    for (const thing of this.content.things) if (thing.isNamed) byName.set(thing.en, thing);
    this.words = shuffled([...byName.values()]);
    if (this.words.length < 2) {
      this.say('tooFew', {});
      return;
    }
    this.isOn = true;
    this.isDone = false;
    this.labels.isQuiet = true;
    this.labels.choose(undefined);
    this.questions = this.words.slice(0, MOST_QUESTIONS);
    this.number = 0;
    this.firstTries = 0;
    this.ask();
  }

  get wanted() {
    return this.isOn ? this.questions[this.number] : undefined;
  }

  ask() {
    this.tries = 0;
    this.isPaused = false;
    const others = shuffled(this.words.filter((thing) => thing !== this.wanted)).slice(0, MOST_CHOICES - 1);
    this.choices = shuffled([this.wanted, ...others]);
    this.said = undefined;
    this.write();
    this.announce(this.parts.question.textContent);
  }

  // Somebody pointed at `thing`; whether that was an answer.
  answer(thing) {
    if (!this.isOn || this.isPaused || this.isDone) return this.isOn;
    if (thing?.en === this.wanted.en) {
      this.firstTries += this.tries === 0;
      this.say('right', { thing: this.wanted });
      this.goOn(thing);
      return true;
    }
    this.tries += 1;
    this.say(thing?.isNamed ? 'wrong' : 'unknown', { thing });
    return true;
  }

  skip() {
    if (!this.isOn || this.isPaused || this.isDone) return;
    this.say('skipped', { thing: this.wanted });
    this.goOn(this.wanted);
  }

  goOn(thing) {
    this.isPaused = true;
    this.labels.choose(thing);
    const game = this.questions;
    setTimeout(() => {
      if (!this.isOn || this.questions !== game) return; // left, or begun anew
      this.labels.choose(undefined);
      this.number += 1;
      if (this.number < this.questions.length) this.ask();
      else this.finish();
    }, PAUSE);
  }

  finish() {
    this.isDone = true;
    this.isOn = false;
    this.labels.isQuiet = false;
    this.choices = [];
    this.say('done', { right: this.firstTries, asked: this.questions.length });
    this.parts['quiz-start'].focus();
  }

  stop() {
    this.isOn = false;
    this.labels.isQuiet = false;
    this.choices = [];
    this.said = undefined;
    this.write();
  }

  say(key, values) {
    this.said = { key, values };
    this.write();
    this.announce(this.parts.answer.textContent);
  }

  write() {
    const { question, answer, choices, score } = this.parts;
    question.textContent = this.isOn ? this.language.text('find', { name: this.language.nameInside(this.wanted) }) : '';
    const values = { ...this.said?.values };
    if (values.thing) values.name = this.language.nameInside(values.thing);
    answer.textContent = this.said ? this.language.text(this.said.key, values) : '';
    this.parts['quiz-start'].hidden = this.isOn;
    this.parts['quiz-start'].textContent = this.language.text(this.isDone ? 'quizAgain' : 'quizStart');
    this.parts['quiz-skip'].hidden = !this.isOn;
    score.textContent = this.isOn ? this.language.text('score', { right: this.firstTries, asked: this.questions.length }) : '';
    const shown = this.isOn ? this.choices : [];
    const words = shown.map((thing) => this.language.name(thing)).join('\n');
    if (words === this.written) return; // keeps the focus
    this.written = words;
    choices.replaceChildren(...shown.map((thing) => {
      const row = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = this.language.name(thing);
      button.addEventListener('click', () => this.answer(thing));
      row.append(button);
      return row;
    }));
  }
}

function shuffled(items) {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [items[at], items[other]] = [items[other], items[at]];
  }
  return items;
}
