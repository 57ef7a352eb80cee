// What is in the scene: the models, the things that have names, and which of them one walks on.

import { Box3, BoxGeometry, Group, Matrix4, Mesh, MeshBasicMaterial, Plane, Raycaster, Vector3 } from '../three/three.module.min.js';
import { GLTFLoader } from '../three/GLTFLoader.js';
import { clone } from '../three/SkeletonUtils.js';
import { orderTriangles } from './ordering.js';

const RAY = new Raycaster();
const UP = new Vector3(0, 1, 0);
// Meters beside a scene without a floor within which one may stand.
const AROUND = 3;

// One thing: what it is called, its nodes, and its box in the world.
export class Thing {
  constructor(facts, root) {
    this.en = String(facts.en ?? '');
    this.zh = String(facts.zh ?? this.en);
    this.detail = String(facts.object ?? '');
    this.isNamed = Boolean(facts.named);
    this.isFloor = Boolean(facts.floor);
    this.isAvatar = false;
    this.root = root;
    this.box = new Box3().setFromObject(root);
  }

  get center() { return this.box.getCenter(new Vector3()); }

  get top() {
    const point = this.center;
    point.y = this.box.max.y;
    return point;
  }
}

export class SceneContent {
  constructor() {
    this.root = new Group();
    this.things = [];
    this.avatars = [];
    this.cameras = [];
    this.animations = [];
    this.box = new Box3();
    this.solid = [];
    this.targets = [];
    this.byNode = new Map();
  }

  // Reads page.json and the models that it names; `progress` is told a share of 0 to 1.
  async load(facts, progress) {
    const files = [facts.scene, ...facts.avatars.map((avatar) => avatar.file)].filter(Boolean);
    const loader = new GLTFLoader();
    const shares = new Map();
    const models = new Map();
    await Promise.all([...new Set(files)].map(async (file) => {
      const model = await loader.loadAsync(inFolder(file), (event) => {
        shares.set(file, event.total ? event.loaded / event.total : 0);
        progress([...shares.values()].reduce((sum, share) => sum + share, 0) / new Set(files).size);
      });
      orderTriangles(model.scene);
      models.set(file, model);
    }));
    if (facts.scene) this.addScene(models.get(facts.scene), facts.objects);
    for (const avatar of facts.avatars) this.addAvatar(avatar, models.get(avatar.file));
    this.root.updateMatrixWorld(true);
    this.box.setFromObject(this.root);
    if (this.box.isEmpty()) this.box.set(new Vector3(-1, 0, -1), new Vector3(1, 2, 1));
  }

  addScene(model, objects) {
    this.root.add(model.scene);
    this.root.updateMatrixWorld(true);
    this.cameras = model.cameras;
    this.animations = model.animations;
    this.animated = model.scene;
    const nodes = new Map();
    model.scene.traverse((node) => nodes.set(node.userData.name ?? node.name, node));
    for (const facts of objects) {
      const node = nodes.get(facts.node);
      if (node === undefined) continue;
      const thing = new Thing(facts, node);
      this.things.push(thing);
      this.byNode.set(node, thing);
    }
    model.scene.traverse((node) => {
      if (!node.isMesh) return;
      this.solid.push(node);
      this.targets.push(node);
    });
  }

  addAvatar(facts, model) {
    const isUsed = this.avatars.some((avatar) => avatar.model === model);
    const body = isUsed ? clone(model.scene) : model.scene;
    const place = new Group();
    place.applyMatrix4(new Matrix4().fromArray(facts.matrix));
    place.add(body);
    this.root.add(place);
    this.root.updateMatrixWorld(true);
    const thing = new Thing(facts, body);
    thing.isAvatar = true;
    // Rays meet a box about the body: its skin has too many corners to be asked while a pointer moves.
    const size = thing.box.getSize(new Vector3());
    const shell = new Mesh(new BoxGeometry(size.x * 0.6, size.y, size.z), new MeshBasicMaterial());
    shell.position.copy(thing.center);
    shell.visible = false;
    shell.updateMatrixWorld();
    this.byNode.set(shell, thing);
    this.byNode.set(body, thing);
    this.targets.push(shell);
    this.things.push(thing);
    this.avatars.push({ facts, model, body, place, thing });
  }

  thingOf(node) {
    for (let at = node; at; at = at.parent) if (this.byNode.has(at)) return this.byNode.get(at);
    return undefined;
  }

  // What a ray meets first: { thing, point, normal }.
  meet(ray, among = this.targets) {
    RAY.ray.copy(ray);
    RAY.near = 0;
    RAY.far = Infinity;
    const hit = RAY.intersectObjects(among, false)[0];
    const level = this.levelUnder(ray);
    if (level !== undefined && (hit === undefined || level.distance < hit.distance)) return level;
    if (hit === undefined) return undefined;
    const normal = hit.face ? hit.face.normal.clone().transformDirection(hit.object.matrixWorld) : UP.clone();
    return { thing: this.thingOf(hit.object), point: hit.point, normal, distance: hit.distance };
  }

  // Whether somebody can stand where a ray met something: on what is called a floor, or, where nothing is, low and level.
  isGround(hit) {
    if (hit === undefined || hit.normal.y < 0.7) return false;
    if (this.hasFloors) return Boolean(hit.thing?.isFloor);
    return hit.point.y < this.box.min.y + 0.5;
  }

  get hasFloors() {
    this.floorsKnown ??= this.things.some((thing) => thing.isFloor);
    return this.floorsKnown;
  }

  // Where a ray meets the level that a scene without a floor stands on: { point, normal, distance }, or undefined.
  levelUnder(ray) {
    if (this.hasFloors) return undefined;
    const point = ray.intersectPlane(new Plane(UP, -this.box.min.y), new Vector3());
    if (point === null || !this.isOver(point)) return undefined;
    return { point, normal: UP.clone(), distance: point.distanceTo(ray.origin) };
  }

  // Whether a point is over or beside the scene.
  isOver({ x, z }) {
    const { min, max } = this.box;
    return x > min.x - AROUND && x < max.x + AROUND && z > min.z - AROUND && z < max.z + AROUND;
  }

  // The ground below a point: its height, or undefined.
  groundBelow(point, reach = 2) {
    RAY.set(new Vector3(point.x, point.y, point.z), new Vector3(0, -1, 0));
    RAY.near = 0;
    RAY.far = reach;
    for (const hit of RAY.intersectObjects(this.solid, false)) {
      const normal = hit.face.normal.clone().transformDirection(hit.object.matrixWorld);
      if (this.isGround({ thing: this.thingOf(hit.object), point: hit.point, normal })) return hit.point.y;
    }
    const level = this.box.min.y;
    return !this.hasFloors && this.isOver(point) && point.y >= level && point.y - reach <= level ? level : undefined;
  }

  // Whether something stands between two points.
  isBlocked(from, direction, distance) {
    RAY.set(from, direction);
    RAY.near = 0;
    RAY.far = distance;
    return RAY.intersectObjects(this.solid, false).length > 0;
  }
}

// The address of a file of this folder; names of files come from page.json.
function inFolder(file) {
  if (typeof file !== 'string' || /[/\\:?#]/.test(file) || file.startsWith('.')) throw new Error(`${file} is not a file of this page`);
  return `./${encodeURIComponent(file)}`;
}
