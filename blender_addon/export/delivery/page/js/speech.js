// Avatars that say something: the browser's own voice where it has one, lips by the visemes of the text.

import { visemesOf } from './visemes.js';

const SILENT_END = 0.15;

export class Speech {
  constructor(avatars, language) {
    this.avatars = avatars.filter((avatar) => avatar.canSpeak);
    this.language = language;
    this.voices = window.speechSynthesis;
    this.parts = Object.fromEntries(['tab-speak', 'speaker-row', 'speaker', 'words', 'voice'].map((id) => [id, document.getElementById(id)]));
    this.parts['tab-speak'].hidden = this.avatars.length === 0;
    this.parts['speaker-row'].hidden = this.avatars.length < 2;
    document.getElementById('speak-go').addEventListener('click', () => this.say(this.parts.words.value, this.speaker));
    document.getElementById('speak-stop').addEventListener('click', () => this.stop());
    this.parts.words.addEventListener('input', () => this.write());
    this.voices?.addEventListener?.('voiceschanged', () => this.write());
    language.addEventListener('change', () => this.write());
    this.write();
  }

  get speaker() {
    return this.avatars[this.parts.speaker.selectedIndex] ?? this.avatars[0];
  }

  write() {
    const { speaker, words, voice } = this.parts;
    const chosen = Math.max(0, speaker.selectedIndex);
    speaker.replaceChildren(...this.avatars.map(({ thing }) => {
      const option = document.createElement('option');
      option.textContent = thing.detail || this.language.name(thing);
      return option;
    }));
    speaker.selectedIndex = Math.min(chosen, this.avatars.length - 1);
    const hello = this.language.text('hello');
    if (!words.value || words.value === this.hello) words.value = hello;
    this.hello = hello;
    voice.textContent = this.language.text(this.voiceFor(words.value) ? 'voice' : 'silent');
  }

  // A voice of this device, never one that a service would speak, for the language of a text.
  voiceFor(text) {
    const code = /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
    return (this.voices?.getVoices() ?? []).find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(code));
  }

  // Reads a word aloud, without an avatar.
  read(text) {
    const voice = this.voiceFor(text);
    if (voice) this.utter(text, voice);
  }

  utter(text, voice) {
    this.voices.cancel();
    const utterance = new SpeechSynthesisUtterance(text);
    Object.assign(utterance, { voice, lang: voice.lang });
    this.voices.speak(utterance);
    return utterance;
  }

  say(text, avatar) {
    this.stop();
    const visemes = visemesOf(text);
    if (!avatar || !visemes.length) return;
    this.saying = { avatar, visemes, time: 0, pace: 1 };
    const voice = this.voiceFor(text);
    if (!voice) return;
    // The voice leads: at each of its words the lips go to the same place of the text.
    const saying = this.saying;
    saying.waits = true;
    const utterance = this.utter(text, voice);
    utterance.addEventListener('start', () => { saying.waits = false; });
    utterance.addEventListener('boundary', (event) => {
      const next = visemes.find((item) => item.at >= event.charIndex);
      if (!next) return;
      if (event.elapsedTime > 0.3 && next.start > 0.3) saying.pace = Math.min(2, Math.max(0.5, next.start / event.elapsedTime));
      saying.time = next.start;
    });
    utterance.addEventListener('end', () => { if (this.saying === saying) this.stop(); });
    utterance.addEventListener('error', () => { saying.waits = false; });
  }

  stop() {
    this.voices?.cancel();
    this.saying?.avatar.speak(undefined);
    this.saying = undefined;
  }

  step(seconds) {
    const saying = this.saying;
    if (!saying || saying.waits) return;
    saying.time += seconds * saying.pace;
    const now = saying.visemes.find((item) => item.start <= saying.time && saying.time < item.end);
    saying.avatar.speak(now?.viseme, 1);
    if (saying.time > saying.visemes.at(-1).end + SILENT_END) this.stop();
  }
}
