// Puts the page together: reads page.json, shows the scene, and joins what the modules beside it do.

import { AnimationMixer, Vector3 } from '../three/three.module.min.js';
import { Avatar } from './avatars.js';
import { Labels } from './labels.js';
import { Language } from './language.js';
import { lightScene } from './lights.js';
import { Quiz } from './quiz.js';
import { SceneContent } from './scene.js';
import { Skins } from './software.js';
import { Speech } from './speech.js';
import { Viewer } from './viewer.js';
import { Walking } from './walking.js';
import { Immersion } from './xr.js';

const at = (id) => document.getElementById(id);
export const language = new Language();
export const content = new SceneContent();
// What is made once the scene is there: viewer, labels, quiz, avatars, speech, walking, immersion.
export const parts = {};
export const ready = open();

async function open() {
  language.fill();
  at('language').addEventListener('click', () => language.toggle());
  at('wait-hint').hidden = true;
  let facts;
  try {
    const answer = await fetch('./page.json');
    if (!answer.ok) throw new Error(`page.json: ${answer.status}`);
    facts = await answer.json();
    write(facts);
    await content.load(facts, (share) => { at('wait-bar').value = share; });
    join(facts);
  } catch (error) {
    fail(error);
    throw error;
  }
  // Gone with the first picture, which takes a while without graphics hardware.
  const { viewer } = parts;
  const stop = viewer.every(() => {
    if (viewer.drawn) {
      at('wait').hidden = true;
      stop();
    }
    return false;
  });
}

function fail(error) {
  at('wait').hidden = false;
  at('wait-bar').hidden = true;
  at('wait-text').textContent = language.text('failed', { reason: error.message });
  announce(at('wait-text').textContent);
}

function join(facts) {
  const viewer = new Viewer(at('view'));
  viewer.scene.add(content.root);
  lightScene(viewer, content, facts);
  viewer.home(content, true);
  const labels = new Labels(viewer, content, language);
  const walking = new Walking(viewer, content);
  const immersion = new Immersion(viewer, content, walking, language);
  const avatars = content.avatars.map((avatar) => new Avatar(avatar, facts.visemes));
  const skins = viewer.isSimple ? new Skins(avatars) : undefined;
  const speech = new Speech(avatars, language);
  const tell = (text) => { announce(text); immersion.tell(text); };
  const quiz = new Quiz(content, labels, language, tell);
  Object.assign(parts, { viewer, labels, walking, immersion, avatars, speech, quiz });

  labels.addEventListener('choose', ({ detail: thing }) => { if (thing && !quiz.isOn) tell(bothNames(thing)); });
  labels.addEventListener('click', ({ detail: hit }) => point(hit));
  immersion.addEventListener('point', ({ detail: hit }) => point(hit));
  immersion.addEventListener('teleport', () => announce(language.text('went')));
  at('say-en').addEventListener('click', () => speech.read(labels.chosen.en));
  at('say-zh').addEventListener('click', () => speech.read(labels.chosen.zh));
  joinTools(viewer, walking, labels);
  joinTabs(quiz);
  language.addEventListener('change', () => { language.fill(); write(facts); help(walking); });
  quiz.write();
  immersion.write();
  help(walking);
  immersion.offer();

  const eye = new Vector3();
  const clips = content.animations.length ? new AnimationMixer(content.animated) : undefined;
  for (const clip of content.animations) clips.clipAction(clip).play();
  viewer.every((seconds) => {
    speech.step(seconds);
    viewer.camera.getWorldPosition(eye);
    let hasMoved = Boolean(clips);
    clips?.update(seconds);
    for (const avatar of avatars) hasMoved = avatar.step(seconds, eye) || hasMoved;
    if (skins && hasMoved) hasMoved = skins.step(seconds) || Boolean(clips);
    // Shadows follow what moves, though not in every picture; those of breath alone stay.
    if (hasMoved && (clips || avatars.some((avatar) => avatar.mixer)) && viewer.drawn % (viewer.isSimple ? 30 : 3) === 0)
      viewer.renderer.shadowMap.needsUpdate = true;
    return hasMoved;
  });
  viewer.start();
}

// Somebody clicked in the picture, or selected in VR.
function point(hit) {
  const { quiz, labels, walking } = parts;
  if (quiz.answer(hit?.thing)) return;
  if (walking.isOn && content.isGround(hit)) walking.goTo(hit.point);
  else labels.choose(hit?.thing);
}

function bothNames(thing) {
  return thing.en === thing.zh ? thing.en : `${thing.en} · ${thing.zh}`;
}

function announce(text) {
  at('live').textContent = '';
  requestAnimationFrame(() => { at('live').textContent = text; });
}

function write(facts) {
  const title = facts.title || language.text('title');
  document.title = title;
  at('title').textContent = title;
  at('language').textContent = language.text('other');
  at('language').lang = language.code === 'en' ? 'zh' : 'en';
  at('language').setAttribute('aria-label', language.text('otherLabel'));
  const lines = [
    facts.author && language.text('by', { author: facts.author }), facts.license,
    facts.generator && language.text('made', { generator: facts.generator }), language.text('engine'),
  ];
  at('about').textContent = lines.filter(Boolean).join(' · ');
}

function help(walking) {
  const text = language.text(walking.isOn ? 'helpWalk' : 'helpOrbit');
  at('help').textContent = text;
  at('view').setAttribute('aria-label', language.text('canvas', { help: text }));
}

function joinTools(viewer, walking, labels) {
  const go = (isWalk) => {
    if (isWalk !== walking.isOn) isWalk ? walking.enter() : walking.leave();
    at('walk').setAttribute('aria-pressed', String(isWalk));
    at('orbit').setAttribute('aria-pressed', String(!isWalk));
    help(walking);
    announce(language.text(isWalk ? 'walking' : 'orbiting'));
    viewer.canvas.focus({ preventScroll: true });
  };
  at('walk').addEventListener('click', () => go(true));
  at('orbit').addEventListener('click', () => go(false));
  at('home').addEventListener('click', () => { if (walking.isOn) go(false); viewer.home(content); });
  viewer.canvas.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      if (walking.isOn) go(false);
      else if (labels.chosen) labels.release();
    } else if (!walking.isOn) turn(viewer, event);
  });
}

// Orbit by keys: arrows turn, + and - come closer.
function turn(viewer, event) {
  const turns = { ArrowLeft: [-0.12, 0], ArrowRight: [0.12, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
  const zoom = { '+': 0.88, '=': 0.88, '-': 1.14 }[event.key];
  if (!turns && !zoom) return;
  event.preventDefault();
  const { camera, orbit } = viewer;
  const away = camera.position.clone().sub(orbit.target);
  if (zoom) away.setLength(Math.min(orbit.maxDistance, Math.max(orbit.minDistance, away.length() * zoom)));
  else {
    const far = away.length(), angle = Math.atan2(away.x, away.z) + turns[0];
    const polar = Math.min(orbit.maxPolarAngle, Math.max(0.1, Math.acos(away.y / far) + turns[1]));
    away.setFromSphericalCoords(far, polar, angle);
  }
  viewer.goTo(orbit.target.clone().add(away), orbit.target, true);
}

function joinTabs(quiz) {
  const tabs = [...document.querySelectorAll('[role=tab]')];
  const show = (chosen) => {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      at(tab.getAttribute('aria-controls')).hidden = !isChosen;
    }
    if (chosen.id !== 'tab-quiz') quiz.stop();
  };
  for (const tab of tabs) {
    tab.addEventListener('click', () => show(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const seen = tabs.filter((item) => !item.hidden);
      const next = seen[(seen.indexOf(tab) + step + seen.length) % seen.length];
      next.focus();
      show(next);
    });
  }
}
