// Loads one GLB or VRM in headless Chromium with three.js and three-vrm, turns a bone, sets an expression, and prints
// as JSON how far vertices moved. The picture shows it as it is, with the bone turned, and the head with the expression.
// The one argument is the wish of browser.py.
import { createServer } from 'node:http';
import { createReadStream, existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';

const wish = JSON.parse(process.argv[2]);
const { launch } = await import(createRequire(join(wish.modules, 'x.js')).resolve('puppeteer-core')).then(
  (module) => module.default ?? module,
);

const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><style>body{margin:0}</style>
<script type="importmap">{"imports": {
  "three": "/modules/three/build/three.module.js",
  "three/addons/": "/modules/three/examples/jsm/",
  "@pixiv/three-vrm": "/modules/@pixiv/three-vrm/lib/three-vrm.module.min.js"}}</script>
<script type="module">
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { VRMLoaderPlugin, VRMUtils } from '@pixiv/three-vrm';

// World positions of up to 4000 vertices of every skinned or plain mesh, bones and morph targets applied.
function vertices(root) {
  const found = [];
  root.updateMatrixWorld(true);
  root.traverse((one) => {
    if (!one.isMesh) return;
    if (one.isSkinnedMesh) one.skeleton.update();
    const count = one.geometry.attributes.position.count, step = Math.max(1, Math.floor(count / 4000));
    for (let at = 0; at < count; at += step)
      found.push(one.getVertexPosition(at, new THREE.Vector3()).applyMatrix4(one.matrixWorld));
  });
  return found;
}
const furthest = (one, two) => one.reduce((far, point, at) => Math.max(far, point.distanceTo(two[at])), 0);

window.check = async (isVrm, boneName, headName) => {
  const facts = { faults: [], bone: '', boneMoved: 0, expression: '', expressionMoved: 0 };
  const loader = new GLTFLoader();
  loader.register((parser) => new VRMLoaderPlugin(parser));
  const gltf = await loader.loadAsync('/model');
  const vrm = gltf.userData.vrm, root = vrm ? vrm.scene : gltf.scene;
  if (isVrm && !vrm) return { ...facts, faults: ['is not taken as a VRM'] };
  const rest = vertices(root);
  if (!rest.length || rest.some((point) => !Number.isFinite(point.x + point.y + point.z)))
    return { ...facts, faults: ['has no vertices, or some that are not finite,'] };
  const show = stage(root);
  show(rest);
  const named = (name) => name && root.getObjectByName(THREE.PropertyBinding.sanitizeNodeName(name));
  const bone = vrm ? vrm.humanoid.getNormalizedBoneNode('leftLowerArm')
    : named(boneName);
  if (bone) {
    facts.bone = bone.name;
    bone.rotation.y += 1;
    if (vrm) vrm.update(0);
    facts.boneMoved = furthest(rest, vertices(root));
    show(rest);
    bone.rotation.y -= 1;
    if (vrm) vrm.update(0);
  }
  if (vrm) {
    for (const expression of vrm.expressionManager?.expressions ?? []) {
      vrm.expressionManager.setValue(expression.expressionName, 1);
      vrm.update(0);
      const moved = furthest(rest, vertices(root));
      if (moved > facts.expressionMoved) Object.assign(facts, { expression: expression.expressionName, expressionMoved: moved });
      vrm.expressionManager.setValue(expression.expressionName, 0);
      vrm.update(0);
    }
  } else {
    root.traverse((one) => {
      for (const [name, at] of Object.entries(one.morphTargetDictionary ?? {})) {
        if (facts.expressionMoved > 1e-3) return;
        one.morphTargetInfluences[at] = 1;
        const moved = furthest(rest, vertices(root));
        one.morphTargetInfluences[at] = 0;
        if (moved > facts.expressionMoved) Object.assign(facts, { expression: name, expressionMoved: moved });
      }
    });
  }
  const head = vrm ? vrm.humanoid.getRawBoneNode('head') : named(headName);
  if (head) {
    express(root, vrm, facts.expression, 1);
    show(headOf(head, rest));
    express(root, vrm, facts.expression, 0);
  }
  return facts;
};

// Sets an expression, or a morph target of that name; an open jaw where there is one, as it is seen best.
function express(root, vrm, name, value) {
  if (vrm) {
    const wanted = vrm.expressionManager?.getExpression('aa') ? 'aa' : name;
    vrm.expressionManager?.setValue(wanted, value);
    vrm.update(0);
    return;
  }
  root.traverse((one) => {
    const at = one.morphTargetDictionary?.jawOpen ?? one.morphTargetDictionary?.[name];
    if (at !== undefined) one.morphTargetInfluences[at] = value;
  });
}

// Corners of a box about the head, in a measure of the whole body's height.
function headOf(head, rest) {
  const heights = rest.map((point) => point.y);
  const size = (heights.reduce((a, b) => Math.max(a, b)) - heights.reduce((a, b) => Math.min(a, b))) * 0.17;
  const low = head.getWorldPosition(new THREE.Vector3()).sub(new THREE.Vector3(size / 2, size / 4, size / 2));
  return [low, low.clone().addScalar(size)];
}

// The scene with lights; the function it returns draws another panel to the right, framed to points.
function stage(root) {
  const renderer = new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
  renderer.setSize(1920, 640);
  renderer.autoClear = false;
  renderer.setScissorTest(true);
  document.body.append(renderer.domElement);
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(0x6b7078);
  scene.add(root, new THREE.HemisphereLight(0xffffff, 0x888888, 2.5));
  const light = new THREE.DirectionalLight(0xffffff, 2);
  light.position.set(1, 2, 3);
  scene.add(light);
  let panels = 0;
  return (points) => {
    const box = new THREE.Box3().setFromPoints(points);
    const size = box.getSize(new THREE.Vector3()), centre = box.getCenter(new THREE.Vector3());
    const camera = new THREE.PerspectiveCamera(35, 1, size.length() / 100, size.length() * 8);
    const corners = [...Array(8).keys()].map(bits => new THREE.Vector3(
      ...['x', 'y', 'z'].map((axis, number) => (bits >> number & 1 ? box.max : box.min)[axis])));
    const flat = size.y < Math.max(size.x, size.z) / 4;  // looked at from above
    const away = new THREE.Vector3(0.35, flat ? 0.9 : 0.25, 1).normalize();
    for (let far = size.length() * 1.25, tries = 0; tries < 8; tries++) {
      camera.position.copy(centre).addScaledVector(away, far);
      camera.lookAt(centre);
      camera.updateMatrixWorld();
      const reach = Math.max(...corners.flatMap(one => one.clone().project(camera).toArray().slice(0, 2).map(Math.abs)));
      far *= reach / 0.9;
    }
    renderer.setViewport(640 * panels, 0, 640, 640);
    renderer.setScissor(640 * panels, 0, 640, 640);
    renderer.clear();
    renderer.render(scene, camera);
    window.panels = ++panels;
  };
}
window.ready = true;
</script>`;

const kinds = { '.js': 'text/javascript', '.mjs': 'text/javascript' };
const server = createServer((request, answer) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
  if (path === '/') return answer.setHeader('content-type', 'text/html').end(page);
  const file = path === '/model' ? wish.file : path.startsWith('/modules/') ? join(wish.modules, path.slice(9)) : '';
  if (!file || !existsSync(file)) return answer.writeHead(404).end();
  answer.setHeader('content-type', kinds[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(answer);
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

const browser = await launch({
  executablePath: wish.chromium,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
let facts = { faults: [], bone: '', boneMoved: 0, expression: '', expressionMoved: 0, colors: 0 };
try {
  const tab = await browser.newPage();
  const errors = [];
  tab.on('pageerror', (error) => errors.push(String(error.message ?? error)));
  tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await tab.setViewport({ width: 1920, height: 640 });
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  await tab.waitForFunction('window.ready', { timeout: 60000 });
  const found = await tab.evaluate((one) => window.check(one.isVrm, one.bone, one.head), wish);
  facts = { ...facts, ...found };
  facts.colors = await tab.evaluate(() => {
    const from = document.querySelector('canvas');
    if (!from) return 0;
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 640 });
    const context = canvas.getContext('2d');
    context.drawImage(from, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, 640, 640).data.buffer)).size;
  });
  const clip = { x: 0, y: 0, width: 640 * (await tab.evaluate('window.panels ?? 1')), height: 640 };
  if (!facts.faults.length) writeFileSync(wish.picture, await tab.screenshot({ type: 'png', clip }));
  facts.faults.push(...errors.map((one) => `logs "${one}"`));
} catch (error) {
  facts.faults.push(`does not load (${String(error.message ?? error).split('\n')[0]})`);
} finally {
  await browser.close();
  server.close();
}
console.log(JSON.stringify(facts));
