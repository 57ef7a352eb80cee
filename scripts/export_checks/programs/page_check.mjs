// Opens an exported web page in headless Chromium as visitors do, with a mouse, with keys, in Chinese, on a phone and with
// an emulated headset, and prints as JSON what went wrong and what was measured. The one argument is the wish of page.py.
import { createServer } from 'node:http';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, normalize, sep } from 'node:path';

const wish = JSON.parse(process.argv[2]);
const from = createRequire(join(wish.modules, 'x.js'));
const { launch } = await import(from.resolve('puppeteer-core')).then((module) => module.default ?? module);
const emulator = readFileSync(join(wish.modules, 'iwer', 'build', 'iwer.min.js'), 'utf8');

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.glb': 'model/gltf-binary', '.txt': 'text/plain; charset=utf-8',
};
const server = createServer((request, response) => {
  const path = normalize(join(wish.folder, decodeURIComponent(new URL(request.url, 'http://x').pathname).replace(/\/$/, '/index.html')));
  try {
    if (!path.startsWith(wish.folder + sep)) throw new Error('outside');
    const body = readFileSync(path);
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-length': statSync(path).size });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const address = `http://127.0.0.1:${server.address().port}/`;

const faults = [];
const facts = {};
const browser = await launch({
  executablePath: wish.chromium,
  args: [
    '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', '--hide-scrollbars',
  ],
  protocolTimeout: 240_000,
});
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// A page that is ready, and everything that it should not have said or asked for.
async function visit({ width, height, languages = ['en-US'], isTouch = false, isStill = false, headset = false }) {
  const page = await browser.newPage();
  await page.setViewport({ width, height, hasTouch: isTouch, isMobile: isTouch, deviceScaleFactor: 1 });
  if (isStill) await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  page.on('console', (message) => { if (['error', 'warning', 'warn'].includes(message.type()) && !/GPU stall due to ReadPixels/.test(message.text())) faults.push(`says: ${message.text()}`); });
  page.on('pageerror', (error) => faults.push(`throws: ${error.message}`));
  page.on('requestfailed', (request) => faults.push(`cannot load ${request.url()}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data:|blob:http:\/\/127\.0\.0\.1)/.test(url)) faults.push(`asks for ${url}`);
  });
  await page.evaluateOnNewDocument((list) => Object.defineProperty(navigator, 'languages', { get: () => list }), languages);
  if (headset) {
    await page.evaluateOnNewDocument(emulator);
    await page.evaluateOnNewDocument(() => {
      const device = new IWER.XRDevice(IWER.metaQuest3);
      device.installRuntime({ forceInstall: true });
      window.headset = device;
    });
  }
  await page.goto(address, { waitUntil: 'load', timeout: 120_000 });
  await page.evaluate(async () => {
    window.atelier = await import(new URL('js/main.js', location.href));
    await window.atelier.ready;
  });
  await page.waitForFunction(() => document.getElementById('wait').hidden, { timeout: 120_000 }).catch(() => faults.push('stays at its notice of waiting'));
  if (await page.evaluate(() => window.atelier.parts.viewer.drawn === 0)) faults.push('ends its notice of waiting before there is a picture');
  return page;
}
// Nothing is drawn while a picture is taken: without graphics hardware it would wait its turn for minutes.
async function picture(page, name) {
  await page.evaluate(() => window.atelier.parts.viewer.renderer.setAnimationLoop(null));
  await page.screenshot({ path: join(wish.pictures, `${wish.name}_${name}.png`) });
  await page.evaluate(() => window.atelier.parts.viewer.start());
}
const expect = (isTrue, what) => { if (!isTrue) faults.push(what); };
const step = async (name, work) => {
  try { await work(); } catch (error) { faults.push(`${name}: ${error.message.split('\n')[0]}`); }
};

await step('desktop', async () => {
  const began = performance.now();
  const page = await visit({ width: 1280, height: 800 });
  facts.secondsToReady = (performance.now() - began) / 1000;
  await wait(2500);
  await picture(page, 'desktop');
  Object.assign(facts, await page.evaluate(() => {
    const { content, parts } = window.atelier;
    return { things: content.things.length, named: content.things.filter((thing) => thing.isNamed).length, avatars: parts.avatars.length, lang: document.documentElement.lang };
  }));
  expect(facts.lang === 'en', `is in ${facts.lang} for an English browser`);
  expect(await page.$$eval('#list button', (all) => all.length) === facts.things, 'lists other things than the scene has');

  // Frames: the camera turns and everything is drawn again and again, at the sharpness that the page chose for that.
  facts.frames = await page.evaluate(async () => {
    const { content, parts: { viewer } } = window.atelier;
    const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const up = viewer.camera.up.clone();
    const stop = viewer.every(() => {
      viewer.camera.position.sub(viewer.orbit.target).applyAxisAngle(up, 0.01).add(viewer.orbit.target);
      viewer.camera.lookAt(viewer.orbit.target);
      return true;
    });
    await pause(4000);
    const first = viewer.drawn, began = performance.now();
    await pause(4000);
    const perSecond = (viewer.drawn - first) / ((performance.now() - began) / 1000), { sharpness } = viewer;
    stop();
    viewer.home(content, true);
    await pause(1500);
    const { triangles, calls } = viewer.renderer.info.render;
    return { perSecond, sharpness, triangles, calls, sharpnessAtRest: viewer.sharpness };
  });
  expect(facts.frames.sharpnessAtRest >= Math.min(0.75, facts.frames.sharpness), 'is not sharp while nothing moves');

  // The name of what is under the pointer, and of what is clicked.
  const spot = await page.evaluate(() => {
    const { content, parts: { viewer } } = window.atelier;
    const frame = viewer.canvas.getBoundingClientRect();
    for (const thing of content.things.filter((item) => item.isNamed && !item.isAvatar)) {
      const at = viewer.onStage(thing.center);
      const place = { clientX: at.x + frame.left, clientY: at.y + frame.top };
      if (content.meet(viewer.rayAt(place))?.thing === thing) return { x: place.clientX, y: place.clientY, en: thing.en, zh: thing.zh };
    }
    return undefined;
  });
  if (spot) {
    await page.mouse.move(spot.x - 2, spot.y);
    await page.mouse.move(spot.x, spot.y);
    await page.waitForFunction(() => !document.getElementById('tip').hidden, { timeout: 20_000 });
    const tip = await page.$eval('#tip', (item) => item.textContent);
    expect(tip === spot.en, `shows “${tip}” over “${spot.en}”`);
    await page.mouse.click(spot.x, spot.y);
    const card = await page.$eval('#card', (item) => (item.hidden ? '' : item.innerText));
    expect(card.includes(spot.en) && card.includes(spot.zh), `does not say “${spot.en}” and “${spot.zh}” where it was clicked`);
    const said = await page.waitForFunction(() => document.getElementById('live').textContent, { timeout: 20_000 }).then((item) => item.jsonValue());
    expect(said.includes(spot.en), `does not tell screen readers of “${spot.en}”`);
    await picture(page, 'card');
  }
  facts.clicked = spot?.en ?? '';

  // The quiz: a wrong answer, the right one by its button, and one by the picture.
  if (facts.named > 1) {
    await page.click('#tab-quiz');
    await page.click('#quiz-start');
    const asked = await page.evaluate(() => window.atelier.parts.quiz.wanted.en);
    expect((await page.$eval('#question', (item) => item.textContent)).toLowerCase().includes(asked.toLowerCase()), 'does not ask its question');
    await page.evaluate((name) => [...document.querySelectorAll('#choices button')].find((item) => item.textContent !== name).click(), asked);
    expect(await page.$eval('#answer', (item) => item.textContent.length > 0), 'does not say that an answer is wrong');
    await picture(page, 'quiz');
    await page.evaluate((name) => [...document.querySelectorAll('#choices button')].find((item) => item.textContent === name).click(), asked);
    await page.waitForFunction(() => window.atelier.parts.quiz.number === 1, { timeout: 20_000 });
    facts.quizTries = await page.evaluate(() => window.atelier.parts.quiz.firstTries);
    expect(facts.quizTries === 0, 'counts a second try as a first');
  }

  // An avatar speaks: the visemes of both languages move its lips, and close again.
  if (facts.avatars) {
    await page.click('#tab-speak');
    facts.spoken = {};
    for (const text of ['Hello mama, welcome', '你好，欢迎']) {
      await page.$eval('#words', (item, words) => { item.value = words; item.dispatchEvent(new Event('input')); }, text);
      await page.click('#speak-go');
      facts.spoken[text] = await page.evaluate(async () => {
        const { avatars: [avatar], speech } = window.atelier.parts;
        const most = {};
        const until = performance.now() + 30_000;
        while (speech.saying && performance.now() < until) {
          for (const name of avatar.shapes.keys()) if (avatar.mouth.has(name)) most[name] = Math.max(most[name] ?? 0, avatar.get(name));
          await new Promise(requestAnimationFrame);
        }
        return Object.fromEntries(Object.entries(most).map(([name, value]) => [name, Number(value.toFixed(2))]));
      });
      expect(Object.values(facts.spoken[text]).filter((value) => value > 0.2).length > 1, `moves no lips for “${text}”`);
    }
    await wait(1500);
    expect(await page.evaluate(() => window.atelier.parts.avatars[0].mouth.size === 0), 'leaves a mouth open after the last word');
    const face = await page.evaluate(async () => {
      const { viewer, avatars: [avatar] } = window.atelier.parts;
      const head = avatar.bones.head;
      if (!head) return false;
      const spot = head.getWorldPosition(avatar.thing.center.clone());
      const ahead = avatar.body.localToWorld(avatar.inBody(head).clone().add({ x: 0.25, y: 0.12, z: 0.75 }));
      spot.y += 0.06;
      viewer.goTo(ahead, spot, true);
      avatar.speak('viseme_aa');
      await new Promise((done) => setTimeout(done, 1500));
      return true;
    });
    if (face) await picture(page, 'face');
    await page.evaluate(() => { window.atelier.parts.avatars[0].speak(undefined); });
  }
  await page.close();
});

await step('keys', async () => {
  const page = await visit({ width: 1000, height: 700, isStill: true });
  const eye = () => page.evaluate(() => window.atelier.parts.viewer.camera.position.toArray());
  const far = (one, two) => Math.hypot(...one.map((value, at) => value - two[at]));
  const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await focus() === 'view', 'does not reach the picture by two Tabs');
  let before = await eye();
  await page.keyboard.press('ArrowLeft');
  expect(far(before, await eye()) > 0.05, 'does not turn by arrow keys');
  // By Tab alone to a thing of the list, and chosen by Enter.
  const passed = [];
  for (let count = 0; count < 14; count++) {
    await page.keyboard.press('Tab');
    passed.push(await focus());
    if (await page.evaluate(() => document.activeElement.closest('#list') !== null)) break;
  }
  expect(await page.evaluate(() => document.activeElement.closest('#list') !== null), `does not reach its list by Tab: ${passed.join(', ')}`);
  expect(await page.evaluate(() => document.activeElement.matches(':focus-visible') && getComputedStyle(document.activeElement).outlineStyle !== 'none'), 'shows no focus');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => window.atelier.parts.labels.chosen !== undefined && document.activeElement.getAttribute('aria-pressed') === 'true'), 'does not choose by Enter');
  await picture(page, 'keys');
  await page.focus('#tab-objects');
  await page.keyboard.press('ArrowRight');
  expect(await page.$eval('#tab-quiz', (tab) => tab.getAttribute('aria-selected') === 'true'), 'does not change tabs by arrow keys');
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, select, textarea')].filter((item) => !item.hidden && item.offsetParent && !(item.textContent.trim() || item.getAttribute('aria-label') || item.labels?.length)).map((item) => item.id));
  expect(nameless.length === 0, `has controls without a name: ${nameless.join(', ')}`);
  // A walk by keys, and back by Esc.
  await page.click('#walk');
  before = await eye();
  facts.eyeHeight = before[1];
  for (const key of ['KeyW', 'KeyS', 'KeyA', 'KeyD']) {
    await page.keyboard.down(key);
    await wait(700);
    const isResting = await page.evaluate(() => window.atelier.parts.viewer.isResting);
    await page.keyboard.up(key);
    facts.movedAsView ||= isResting !== true;
    facts.walked = Math.max(facts.walked ?? 0, far(before, await eye()));
  }
  expect(facts.walked > 0.2, `walks ${facts.walked} m by keys`);
  expect(facts.movedAsView, 'takes a walk for a view that rests');
  await picture(page, 'walk');
  await page.keyboard.press('Escape');
  expect(await page.$eval('#orbit', (item) => item.getAttribute('aria-pressed') === 'true'), 'does not leave the walk by Esc');
  // Nothing moves by itself where motion is not wanted.
  await wait(800);
  const drawn = await page.evaluate(() => window.atelier.parts.viewer.drawn);
  await wait(1000);
  facts.drawnWhileStill = (await page.evaluate(() => window.atelier.parts.viewer.drawn)) - drawn;
  expect(facts.drawnWhileStill === 0, `draws ${facts.drawnWhileStill} pictures a second although motion is not wanted`);
  await page.close();
});

await step('Chinese on a phone', async () => {
  const page = await visit({ width: 390, height: 844, languages: ['zh-CN', 'en'], isTouch: true });
  await wait(2000);
  expect(await page.$eval('html', (item) => item.lang === 'zh-Hans'), 'is not in Chinese for a Chinese browser');
  const english = await page.$eval('body', (body) => [...body.querySelectorAll('button, .hint, h1')].filter((item) => item.offsetParent && item.id !== 'language' && /^[A-Za-z ]{4,}$/.test(item.firstChild?.textContent ?? '')).map((item) => item.textContent));
  facts.englishInChinese = english;
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'is wider than a phone');
  await picture(page, 'phone_zh');
  await page.tap('#list button');
  await wait(1500);
  await picture(page, 'phone_card');
  await page.tap('#language');
  expect(await page.$eval('#tab-objects', (item) => item.textContent === 'Objects'), 'does not change to English');
  await page.close();
});

await step('VR', async () => {
  const page = await visit({ width: 1000, height: 700, headset: true });
  await page.waitForFunction(() => !document.getElementById('vr').hidden, { timeout: 20_000 });
  facts.offersAr = await page.$eval('#ar', (item) => !item.hidden);
  await page.click('#vr');
  await page.waitForFunction(() => window.atelier.parts.viewer.renderer.xr.isPresenting && window.atelier.parts.immersion.session, { timeout: 30_000 });
  facts.vr = await page.evaluate(async () => {
    const { content, parts: { viewer, immersion } } = window.atelier;
    const frames = async (count) => {
      const until = viewer.drawn + count, end = performance.now() + 30_000;
      while (viewer.drawn < until && performance.now() < end) await new Promise((done) => setTimeout(done, 30));
    };
    await frames(3);
    const hand = window.headset.controllers.right;
    const eyes = () => viewer.renderer.xr.getCamera().getWorldPosition(viewer.rig.position.clone());
    const start = eyes(), height = start.y;
    const arrived = new Promise((done) => immersion.addEventListener('teleport', (event) => done(event.detail.toArray()), { once: true }));
    // The ray goes down and ahead, by several angles, until it meets floor away from here.
    let target;
    for (const [side, down] of [[0, -0.6], [0.4, -0.6], [-0.4, -0.6], [0.8, -0.5], [-0.8, -0.5], [0, -0.4], [0, -0.9]]) {
      hand.quaternion.set(Math.sin(down / 2) * Math.cos(side / 2), Math.cos(down / 2) * Math.sin(side / 2), -Math.sin(down / 2) * Math.sin(side / 2), Math.cos(down / 2) * Math.cos(side / 2));
      hand.position.set(0.2, 1.3, -0.2);
      await frames(3);
      const aim = immersion.hands.map((item) => item.source?.handedness === 'right' && immersion.aim(item)).find(Boolean);
      if (aim?.isGround && aim.hit.point.distanceTo(start) > 1) { target = aim.hit.point.toArray(); break; }
    }
    if (!target) return { height, target: false };
    const ring = immersion.ring.visible;
    hand.updateButtonValue('trigger', 1);
    await frames(3);
    hand.updateButtonValue('trigger', 0);
    const point = await Promise.race([arrived, new Promise((done) => setTimeout(() => done(undefined), 20_000))]);
    await frames(3);
    const now = eyes();
    return { height, target, ring, point, off: point && Math.hypot(now.x - point[0], now.z - point[2]), heightAfter: now.y - (point?.[1] ?? 0), things: content.things.length };
  });
  expect(facts.vr.target, 'finds no floor to teleport to');
  expect(facts.vr.point, 'does not teleport');
  expect(!(facts.vr.off > 0.05), `ends ${facts.vr.off} m beside the point of a teleport`);
  expect(facts.vr.height > 1.2 && facts.vr.height < 2.2, `puts the eyes ${facts.vr.height} m high: not in meters`);
  await picture(page, 'vr');
  await page.evaluate(() => window.atelier.parts.immersion.session.end());
  await page.waitForFunction(() => !window.atelier.parts.immersion.session, { timeout: 20_000 });
  await wait(500);
  expect(await page.evaluate(() => window.atelier.parts.viewer.orbit.enabled), 'does not return to the page after VR');
  await page.close();
});

// One page, again and again: AR after VR, from AR over to VR at once, and a headset that fails on the way.
await step('VR after AR', async () => {
  if (!facts.offersAr) return;
  const page = await visit({ width: 600, height: 400, headset: true });
  const press = (kind) => page.evaluate((id) => document.getElementById(id).click(), kind);
  const within = (kind) => page.waitForFunction((wanted) => {
    const { immersion, viewer } = window.atelier.parts;
    return (immersion.session ? immersion.kind : '') === wanted && viewer.renderer.xr.isPresenting === (wanted !== '');
  }, { timeout: 60_000 }, kind);
  await page.waitForFunction(() => !document.getElementById('ar').hidden, { timeout: 20_000 });
  facts.sessions = [];
  for (const [pressed, kind] of [['vr', 'vr'], ['vr', ''], ['ar', 'ar'], ['vr', 'vr'], ['ar', 'ar'], ['ar', '']]) {
    await press(pressed);
    await within(kind);
    const goesOn = await page.evaluate(async () => {
      const { viewer } = window.atelier.parts;
      const drawn = viewer.drawn, end = performance.now() + 60_000;
      while (viewer.drawn < drawn + 2 && performance.now() < end) {
        viewer.changed();
        await new Promise((done) => setTimeout(done, 30));
      }
      return viewer.drawn >= drawn + 2;
    });
    expect(goesOn, `draws nothing more after ${pressed} was pressed`);
    facts.sessions.push(kind);
  }
  const state = () => page.evaluate(() => {
    const { content, parts: { immersion, viewer } } = window.atelier;
    const canvas = viewer.canvas;
    return {
      isFree: viewer.orbit.enabled && !immersion.session, root: content.root.position.length(), rig: viewer.rig.position.length(),
      fits: Math.abs(canvas.width / canvas.height - canvas.clientWidth / canvas.clientHeight) < 0.02,
    };
  });
  await page.evaluate(() => { window.WebGL2RenderingContext.prototype.makeXRCompatible = () => Promise.reject(new Error('no headset')); });
  await press('ar');
  await page.waitForFunction(() => window.atelier.parts.immersion.lastSign?.includes('no headset'), { timeout: 60_000 });
  expect((await state()).isFree, 'is stuck after a headset that did not start');
  await page.setViewport({ width: 400, height: 640, deviceScaleFactor: 1 });
  await wait(500);
  const left = await state();
  expect(left.root === 0 && left.rig === 0, 'leaves the scene elsewhere after AR');
  expect(left.fits, 'is stretched after AR');
  await page.close();
});

await step('AR', async () => {
  if (!facts.offersAr) return;
  const page = await visit({ width: 1000, height: 700, headset: true });
  await page.waitForFunction(() => !document.getElementById('ar').hidden, { timeout: 20_000 });
  await page.click('#ar');
  await page.waitForFunction(() => window.atelier.parts.viewer.renderer.xr.isPresenting && window.atelier.parts.immersion.session, { timeout: 30_000 });
  await wait(1000);
  facts.ar = await page.evaluate(() => {
    const { content, parts: { immersion, viewer } } = window.atelier;
    const middle = content.box.getCenter(viewer.rig.position.clone()).add(content.root.position);
    return { kind: immersion.kind, floor: content.box.min.y + content.root.position.y, ahead: -middle.z };
  });
  expect(facts.ar.kind === 'ar' && Math.abs(facts.ar.floor) < 0.01 && facts.ar.ahead > 1, 'does not put the scene on the floor ahead in AR');
  await page.close();
});

await browser.close();
server.close();
process.stdout.write(`${JSON.stringify({ faults: [...new Set(faults)], facts })}\n`);
process.exit(0);
