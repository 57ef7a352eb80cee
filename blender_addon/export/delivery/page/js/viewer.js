// The picture: renderer, camera, orbit, flights of the camera, and a loop that draws when something has changed.

import { Group, MathUtils, Matrix4, PerspectiveCamera, Ray, Raycaster, Scene, Sphere, Vector2, Vector3, WebGLRenderer } from '../three/three.module.min.js';
import { OrbitControls } from '../three/OrbitControls.js';
import { isStill } from './language.js';

const SLOW = 1000 / 34;
const FAST = 1000 / 55;
const LEAST_SHARPNESS = 0.5;
// Where the processor draws: while the view moves, when it rests, and after how many milliseconds it does.
const LEAST_MOVING = 0.4;
const RESTING = 0.75;
const REST = 300;
const FILLED = 0.9;
const FLIGHT_SECONDS = 0.7;
const SIGHT_RAYS = 3000;

export class Viewer {
  constructor(canvas) {
    this.canvas = canvas;
    this.isSimple = isDrawnBySoftware();
    this.renderer = new WebGLRenderer({ canvas, antialias: !this.isSimple, alpha: true, powerPreference: 'high-performance' });
    this.renderer.xr.enabled = true;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(42, 1, 0.02, 500);
    // In VR this carries the camera and the hands; else it stays where it is.
    this.rig = new Group();
    this.rig.add(this.camera);
    this.scene.add(this.rig);
    this.orbit = new OrbitControls(this.camera, canvas);
    this.orbit.enableDamping = !isStill.matches;
    this.orbit.dampingFactor = 0.12;
    this.orbit.maxPolarAngle = Math.PI * 0.55;
    this.orbit.addEventListener('change', () => this.changed());
    this.steps = new Set();
    this.most = Math.min(window.devicePixelRatio || 1, 2);
    this.sharpness = this.moving = this.isSimple ? Math.min(this.most, RESTING) : this.most;
    this.seenFrom = new Matrix4();
    this.movedAt = 0;
    this.times = [];
    this.drawn = 0;
    this.isStale = true;
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    this.resize();
  }

  start() {
    this.renderer.setAnimationLoop((time, frame) => this.tick(time, frame));
  }

  // Asks for a new picture.
  changed() {
    this.isStale = true;
  }

  // Calls `step(seconds, frame)` before every picture; one that returns true has changed something.
  every(step) {
    this.steps.add(step);
    return () => this.steps.delete(step);
  }

  tick(time, frame) {
    const seconds = Math.min(time - (this.ticked ?? time), 100) / 1000;
    this.ticked = time;
    if (this.flight) this.fly(seconds);
    else if (this.orbit.enabled) this.orbit.update(seconds);
    for (const step of this.steps) if (step(seconds, frame)) this.isStale = true;
    if (this.isSimple) this.sharpen();
    if (!this.isStale && !this.renderer.xr.isPresenting) {
      this.isSteady = false;
      return;
    }
    this.isStale = false;
    this.renderer.render(this.scene, this.camera);
    this.drawn += 1;
    this.pace(time);
    this.isSteady = true;
  }

  // Fewer pixels where pictures come too slowly, more where there is time left. A pause is not a slow picture.
  pace(time) {
    const passed = time - (this.last ?? time);
    this.last = time;
    if (this.renderer.xr.isPresenting || !this.isSteady || this.isResting || passed <= 0) return;
    this.times.push(passed);
    const all = this.times.reduce((sum, item) => sum + item, 0);
    if (this.times.length < 3 || (this.times.length < 20 && all < 600)) return;
    const usual = this.times.sort((one, two) => one - two)[this.times.length >> 1];
    this.times = [];
    const wanted = usual > SLOW ? this.sharpness * Math.max(0.6, Math.sqrt(SLOW / usual)) : usual < FAST ? this.sharpness * 1.06 : this.sharpness;
    const least = this.isSimple ? LEAST_MOVING : LEAST_SHARPNESS;
    const sharpness = MathUtils.clamp(wanted, Math.min(least, this.most), this.most);
    if (Math.abs(sharpness - this.sharpness) < 0.01) return;
    this.sharpness = this.moving = sharpness;
    this.resize();
  }

  // A view that rests is sharp, whatever its sharpness is while it moves.
  sharpen() {
    this.camera.updateWorldMatrix(true, false);
    if (!this.seenFrom.equals(this.camera.matrixWorld)) {
      this.seenFrom.copy(this.camera.matrixWorld);
      this.movedAt = performance.now();
    }
    this.isResting = performance.now() - this.movedAt > REST;
    const sharpness = this.isResting ? Math.max(this.moving, Math.min(this.most, RESTING)) : this.moving;
    if (sharpness === this.sharpness || this.renderer.xr.isPresenting) return;
    this.sharpness = sharpness;
    this.times = [];
    this.resize();
  }

  resize() {
    const { clientWidth: wide, clientHeight: high } = this.canvas.parentElement;
    if (!wide || !high || this.renderer.xr.isPresenting) return;
    this.renderer.setPixelRatio(this.sharpness);
    this.renderer.setSize(wide, high, false);
    this.camera.aspect = wide / high;
    this.camera.updateProjectionMatrix();
    this.changed();
  }

  // Looks at everything: through the scene's own camera where it has one, else from where most things are seen.
  home(content, isAtOnce = false) {
    const ball = content.box.getBoundingSphere(new Sphere());
    this.camera.near = Math.max(0.02, ball.radius / 500);
    this.camera.far = Math.max(50, ball.radius * 12);
    this.orbit.minDistance = 0.3;
    this.orbit.maxDistance = ball.radius * 5;
    const own = content.cameras.find((camera) => camera.isPerspectiveCamera);
    if (own !== undefined) {
      const place = own.getWorldPosition(new Vector3());
      const ahead = own.getWorldDirection(new Vector3());
      const far = MathUtils.clamp(place.distanceTo(ball.center), 1, ball.radius * 3);
      this.goTo(place, place.clone().addScaledVector(ahead, far), isAtOnce);
      return;
    }
    this.direction ??= bestDirection(content, ball);
    const place = this.placeToSee(content.box, this.direction, ball);
    this.goTo(place.eye, place.target, isAtOnce);
  }

  // From where, in a direction, a box fills the picture without being cut.
  placeToSee(box, direction, ball) {
    const camera = this.camera.clone();
    const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => new Vector3(
      ...['x', 'y', 'z'].map((axis, at) => ((bits >> at) & 1 ? box.max : box.min)[axis])));
    const target = ball.center.clone();
    let distance = ball.radius * 2.5;
    for (let tries = 0; tries < 12; tries++) {
      camera.position.copy(target).addScaledVector(direction, distance);
      camera.lookAt(target);
      camera.updateMatrixWorld(true);
      const seen = corners.map((corner) => corner.clone().project(camera));
      const [low, high] = [Math.min(...seen.map((at) => at.y)), Math.max(...seen.map((at) => at.y))];
      const reach = Math.max(...seen.map((at) => Math.abs(at.x)), (high - low) / 2);
      // The middle of what is seen comes to the middle of the picture.
      target.y += ((high + low) / 2) * distance * Math.tan(MathUtils.degToRad(camera.fov / 2)) * 0.8;
      distance *= MathUtils.clamp(reach / FILLED, 0.6, 1.7);
    }
    return { eye: target.clone().addScaledVector(direction, distance), target };
  }

  // Comes near one thing, from the side where the camera is.
  show(thing) {
    const ball = thing.box.getBoundingSphere(new Sphere());
    const away = this.camera.position.clone().sub(ball.center);
    away.y = Math.max(away.y, away.length() * 0.25);
    away.normalize();
    const half = Math.tan(MathUtils.degToRad(this.camera.fov / 2)) * Math.min(1, this.camera.aspect);
    const distance = Math.max(ball.radius / half * 1.9, 1.1);
    if (this.orbit.enabled) this.goTo(ball.center.clone().addScaledVector(away, distance), ball.center);
  }

  goTo(place, target, isAtOnce = false) {
    if (isAtOnce || isStill.matches) {
      this.camera.position.copy(place);
      this.orbit.target.copy(target);
      this.orbit.update();
      this.changed();
      return;
    }
    const from = this.camera.position.clone(), looked = this.orbit.target.clone();
    this.flight = { from, looked, place: place.clone(), target: target.clone(), share: 0 };
  }

  fly(seconds) {
    const flight = this.flight;
    flight.share = Math.min(1, flight.share + seconds / FLIGHT_SECONDS);
    const eased = MathUtils.smootherstep(flight.share, 0, 1);
    this.camera.position.lerpVectors(flight.from, flight.place, eased);
    this.orbit.target.lerpVectors(flight.looked, flight.target, eased);
    this.camera.lookAt(this.orbit.target);
    this.changed();
    if (flight.share === 1) this.flight = undefined;
  }

  // The ray below a pointer.
  rayAt(event) {
    const frame = this.canvas.getBoundingClientRect();
    const point = new Vector2(((event.clientX - frame.left) / frame.width) * 2 - 1, 1 - ((event.clientY - frame.top) / frame.height) * 2);
    const caster = new Raycaster();
    this.camera.updateMatrixWorld();
    caster.setFromCamera(point, this.camera);
    return caster.ray;
  }

  // Where a point of the world is on the stage, in pixels; undefined behind the camera.
  onStage(point) {
    const at = point.clone().project(this.camera);
    if (at.z > 1) return undefined;
    const { clientWidth: wide, clientHeight: high } = this.canvas;
    return { x: ((at.x + 1) / 2) * wide, y: ((1 - at.y) / 2) * high };
  }
}

// Whether the processor draws, since there is no graphics hardware or the browser does not use it.
function isDrawnBySoftware() {
  const gl = document.createElement('canvas').getContext('webgl2');
  const about = gl?.getExtension('WEBGL_debug_renderer_info');
  const name = about ? gl.getParameter(about.UNMASKED_RENDERER_WEBGL) : '';
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

// Of eight sides and a little from above, the one from which most of the named things are the first that a ray meets.
function bestDirection(content, ball) {
  const usual = new Vector3(0.62, 0.5, 1).normalize();
  const things = content.things.filter((thing) => thing.isNamed).slice(0, 40);
  const triangles = content.solid.reduce((sum, mesh) => sum + mesh.geometry.attributes.position.count, 0);
  if (!things.length || things.length * triangles > SIGHT_RAYS * 1000) return usual;
  let best = { direction: usual, seen: -1 };
  for (let side = 0; side < 8; side++) {
    const angle = ((side + 0.5) * Math.PI) / 4;
    const direction = new Vector3(Math.sin(angle), 0.5, Math.cos(angle)).normalize();
    const eye = ball.center.clone().addScaledVector(direction, ball.radius * 2.2);
    const seen = things.filter((thing) => {
      const ray = new Ray(eye, thing.center.sub(eye).normalize());
      return content.meet(ray)?.thing === thing;
    }).length + direction.z * 0.6;
    if (seen > best.seen) best = { direction, seen };
  }
  return best.direction;
}
