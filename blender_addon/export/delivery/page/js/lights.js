// Light: the scene's own lamps as Blender shows them, an environment made here, and one light that throws shadows.

import {
  AgXToneMapping, BackSide, BasicShadowMap, BoxGeometry, Color, DirectionalLight, HemisphereLight, Mesh, MeshBasicMaterial, PCFShadowMap,
  PMREMGenerator, Scene, Sphere, SpotLight, SphereGeometry, Vector3,
} from '../three/three.module.min.js';
import { makeMatte } from './software.js';

// Lumens a watt, by which Blender's exporter multiplies; divided by it, lamps are as bright as in Blender.
const LUMENS = 683;
const MOST_LAMPS = 8;
// Light on the middle of a scene (W/m²) that gives a good picture; beyond, all lamps are dimmed or raised together.
const DARKEST = 1.5;
const BRIGHTEST = 10;

export function lightScene({ renderer, scene, isSimple }, content, facts) {
  renderer.toneMapping = AgXToneMapping;
  renderer.toneMappingExposure = 1.15 * limited(Number(facts.exposure) || 1, 0.1, 10);
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = isSimple ? BasicShadowMap : PCFShadowMap;
  renderer.shadowMap.autoUpdate = false;
  const ball = content.box.getBoundingSphere(new Sphere());
  const lamps = ownLamps(content, ball, facts.lights ?? []);
  const key = lamps.length ? brightest(lamps, ball) : keyLight(scene, ball);
  castShadows(key, ball, scene, isSimple ? 1024 : 2048);
  content.root.traverse((node) => {
    if (!node.isMesh) return;
    node.castShadow = !isClear(node.material);
    node.receiveShadow = true;
  });
  // What closes a room above would keep the light out that stands for the day.
  for (const thing of content.things.filter((item) => !item.isNamed && /ceiling|roof/i.test(item.en)))
    thing.root.traverse((node) => { node.castShadow = false; });
  const share = lamps.length ? 0.45 : 0.62;
  if (isSimple) {
    // Sky and ground instead of an environment.
    scene.add(new HemisphereLight(0xf1f5fa, 0xb0a394, share * 4.2));
    makeMatte(content.root);
  } else {
    scene.environment = environment(renderer);
    scene.environmentIntensity = share;
  }
  renderer.shadowMap.needsUpdate = true;
}

function isClear(material) {
  const all = Array.isArray(material) ? material : [material];
  return all.every((item) => item.transparent && item.opacity < 0.6);
}

function limited(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// The lamps of the scene's file and of page.json, the brightest of them alone where there are many.
function ownLamps(content, ball, areas) {
  const lamps = [];
  content.root.traverse((node) => { if (node.isLight) lamps.push(node); });
  for (const lamp of lamps) lamp.intensity /= LUMENS;
  for (const area of areas) lamps.push(areaLamp(content, area));
  const light = (lamp) => onMiddle(lamp, ball);
  lamps.sort((one, two) => light(two) - light(one));
  for (const lamp of lamps.splice(MOST_LAMPS)) lamp.removeFromParent();
  const total = lamps.reduce((sum, lamp) => sum + light(lamp), 0);
  const times = total ? limited(total, DARKEST, BRIGHTEST) / total : 1;
  for (const lamp of lamps) lamp.intensity *= times;
  return total ? lamps : [];
}

function onMiddle(lamp, ball) {
  if (lamp.isDirectionalLight) return lamp.intensity;
  const far = lamp.getWorldPosition(new Vector3()).distanceTo(ball.center);
  return lamp.intensity / Math.max(far * far, 0.25);
}

// An area lamp shines to one side, most of all ahead: a wide spot with soft edges.
function areaLamp(content, facts) {
  const lamp = new SpotLight(new Color().fromArray(facts.color), facts.power / Math.PI, 0, Math.PI / 2.1, 1);
  lamp.position.fromArray(facts.position);
  lamp.target.position.fromArray(facts.position).add(new Vector3().fromArray(facts.direction));
  content.root.add(lamp, lamp.target);
  return lamp;
}

function brightest(lamps, ball) {
  const casting = lamps.filter((lamp) => lamp.isDirectionalLight || lamp.isSpotLight);
  return casting.sort((one, two) => onMiddle(two, ball) - onMiddle(one, ball))[0];
}

function keyLight(scene, ball) {
  const light = new DirectionalLight(0xfff1de, 2.4);
  light.position.copy(ball.center).addScaledVector(new Vector3(0.55, 1.35, 0.75).normalize(), ball.radius * 2);
  light.target.position.copy(ball.center);
  scene.add(light, light.target);
  return light;
}

function castShadows(light, ball, scene, texels) {
  if (light === undefined) return;
  light.castShadow = true;
  light.shadow.mapSize.set(texels, texels);
  light.shadow.radius = 5;
  light.shadow.normalBias = 0.02;
  const camera = light.shadow.camera;
  if (light.isDirectionalLight) {
    const at = light.getWorldPosition(new Vector3());
    const aim = light.target.getWorldPosition(new Vector3());
    const away = at.sub(aim).normalize();
    // A sun has no place: it stands where its shadows reach the whole scene.
    scene.add(light, light.target);
    light.quaternion.identity();
    light.position.copy(ball.center).addScaledVector(away, ball.radius * 2);
    light.target.position.copy(ball.center);
    Object.assign(camera, { left: -ball.radius, right: ball.radius, top: ball.radius, bottom: -ball.radius });
    light.shadow.bias = -0.0004;
  }
  camera.near = light.isDirectionalLight ? ball.radius * 0.5 : 0.05;
  camera.far = ball.radius * 4;
  camera.updateProjectionMatrix();
}

// A bright room without edges: a sky from white to a warm ground, and three large windows of light.
function environment(renderer) {
  const room = new Scene();
  const sky = new Mesh(new SphereGeometry(20, 24, 12), new MeshBasicMaterial({ side: BackSide, vertexColors: true }));
  shade(sky.geometry);
  room.add(sky);
  for (const [x, y, z, wide, high, deep, power] of [
    [0, 12, 2, 9, 0.2, 9, 5], [-11, 4, 5, 0.2, 7, 6, 4], [9, 5, -8, 6, 6, 0.2, 2.5],
  ]) {
    const window = new Mesh(new BoxGeometry(wide, high, deep), new MeshBasicMaterial({ color: new Color(power, power, power * 0.96) }));
    window.position.set(x, y, z);
    room.add(window);
  }
  const generator = new PMREMGenerator(renderer);
  const made = generator.fromScene(room, 0.03, 0.1, 100).texture;
  generator.dispose();
  return made;
}

function shade(geometry) {
  const points = geometry.attributes.position;
  const colors = points.clone();
  const low = new Color(0x8d8377), middle = new Color(0xcfd4d8), high = new Color(0xf4f7fb), mixed = new Color();
  for (let at = 0; at < points.count; at++) {
    const height = points.getY(at) / 20;
    mixed.lerpColors(middle, height < 0 ? low : high, Math.min(1, Math.abs(height) * 2.2));
    colors.setXYZ(at, mixed.r, mixed.g, mixed.b);
  }
  geometry.setAttribute('color', colors);
}
