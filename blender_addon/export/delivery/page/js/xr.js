// VR and AR by WebXR, in meters: teleport to the floor, names at what one points at, turns by the thumbstick.

import {
  BufferGeometry, CanvasTexture, Line, LineBasicMaterial, Matrix4, Mesh, MeshBasicMaterial, Plane, Ray, RingGeometry, SRGBColorSpace,
  Sprite, SpriteMaterial, Vector3,
} from '../three/three.module.min.js';
import { EYES } from './walking.js';

const FAR = 8;
const TURN = Math.PI / 6;
const SIGN_SECONDS = 5;

export class Immersion extends EventTarget {
  constructor(viewer, content, walking, language) {
    super();
    Object.assign(this, { viewer, content, walking, language });
    this.buttons = { vr: document.getElementById('vr'), ar: document.getElementById('ar') };
    for (const [kind, button] of Object.entries(this.buttons)) button.addEventListener('click', () => this.toggle(kind));
    this.ring = new Mesh(new RingGeometry(0.16, 0.22, 32).rotateX(-Math.PI / 2), new MeshBasicMaterial({ color: 0x2f9cc4, transparent: true, opacity: 0.85 }));
    this.ring.visible = false;
    this.ring.renderOrder = 1;
    viewer.scene.add(this.ring);
    this.hands = [0, 1].map((number) => this.hand(number));
    language.addEventListener('change', () => this.write());
    viewer.every((seconds, frame) => this.step(seconds, frame));
    // Not the session's own event: that comes here before the renderer is back, which would then undo what is done here.
    viewer.renderer.xr.addEventListener('sessionend', () => { if (this.session) this.end(); });
  }

  async offer() {
    for (const kind of ['vr', 'ar'])
      this.buttons[kind].hidden = !(await navigator.xr?.isSessionSupported(`immersive-${kind}`).catch(() => false));
  }

  write() {
    for (const [kind, button] of Object.entries(this.buttons))
      button.textContent = this.language.text(this.session && this.kind === kind ? 'leave' : kind);
  }

  hand(number) {
    const hand = this.viewer.renderer.xr.getController(number);
    const beam = new Line(new BufferGeometry().setFromPoints([new Vector3(), new Vector3(0, 0, -1)]), new LineBasicMaterial({ color: 0x6fb9d6 }));
    beam.visible = false;
    hand.add(beam);
    this.viewer.rig.add(hand);
    hand.addEventListener('connected', (event) => {
      hand.source = event.data;
      beam.visible = event.data.targetRayMode === 'tracked-pointer';
    });
    hand.addEventListener('disconnected', () => { hand.source = undefined; beam.visible = false; });
    hand.addEventListener('selectstart', () => { hand.isPressed = true; });
    hand.addEventListener('selectend', () => { hand.isPressed = false; this.select(hand); });
    hand.beam = beam;
    return hand;
  }

  // Enters; leaves what it is in already; or changes over from the other kind.
  async toggle(kind) {
    const { session, kind: former } = this;
    if (session) {
      const ended = new Promise((done) => { this.addEventListener('end', done, { once: true }); });
      await session.end();
      await ended;
      if (former === kind) return;
    }
    try {
      const features = { optionalFeatures: ['local-floor', 'bounded-floor', 'hand-tracking'] };
      const next = await navigator.xr.requestSession(`immersive-${kind}`, features);
      try {
        await this.begin(next, kind);
      } catch (error) {
        await next.end().catch(() => {});
        if (this.session) this.end();
        throw error;
      }
    } catch (error) {
      this.tell(this.language.text('refused', { reason: error.message }));
    }
  }

  async begin(session, kind) {
    const { camera, orbit, renderer, rig } = this.viewer;
    this.session = session;
    this.kind = kind;
    this.viewer.flight = undefined;
    this.before = { place: camera.position.clone(), turn: camera.quaternion.clone(), target: orbit.target.clone(), isOrbit: orbit.enabled };
    const start = this.walking.startPoint();
    orbit.enabled = false;
    camera.position.set(0, 0, 0);
    camera.quaternion.identity();
    const middle = this.content.box.getCenter(new Vector3());
    if (kind === 'ar') {
      // The scene comes to the room: its floor on the floor, its middle ahead.
      const size = this.content.box.getSize(new Vector3());
      this.content.root.position.set(-middle.x, -this.content.box.min.y, -middle.z - Math.max(1.5, size.z / 2 + 0.5));
    } else {
      rig.position.copy(start);
      rig.rotation.y = Math.atan2(start.x - middle.x, start.z - middle.z);
    }
    // Where the device does not know the floor, the eyes are where they usually are.
    const knowsFloor = await session.requestReferenceSpace('local-floor').then(() => true, () => false);
    this.rise = knowsFloor ? 0 : EYES;
    if (kind === 'ar') this.content.root.position.y -= this.rise;
    else rig.position.y += this.rise;
    rig.updateMatrixWorld(true);
    renderer.xr.setReferenceSpaceType(knowsFloor ? 'local-floor' : 'local');
    await renderer.xr.setSession(session);
    this.write();
    this.tell(this.language.text('entered'));
    this.dispatchEvent(new Event('begin'));
  }

  end() {
    const { camera, orbit, rig } = this.viewer;
    this.session = undefined;
    this.ring.visible = false;
    this.sign?.removeFromParent();
    rig.position.set(0, 0, 0);
    rig.rotation.set(0, 0, 0);
    this.content.root.position.set(0, 0, 0);
    camera.position.copy(this.before.place);
    camera.quaternion.copy(this.before.turn);
    orbit.target.copy(this.before.target);
    orbit.enabled = this.before.isOrbit;
    this.viewer.resize();
    this.viewer.changed();
    this.write();
    this.dispatchEvent(new Event('end'));
  }

  // What a hand points at: { thing, point, isGround }.
  aim(hand) {
    hand.updateMatrixWorld(true);
    const turn = new Matrix4().extractRotation(hand.matrixWorld);
    const ray = new Ray(new Vector3().setFromMatrixPosition(hand.matrixWorld), new Vector3(0, 0, -1).applyMatrix4(turn).normalize());
    const hit = this.content.meet(ray);
    return { ray, hit, isGround: this.kind === 'vr' && this.content.isGround(hit) && hit.distance < FAR * 2 };
  }

  select(hand) {
    if (!this.session) return;
    const { ray, hit, isGround } = this.aim(hand);
    if (isGround) this.teleport(hit.point);
    else if (hit?.thing) this.dispatchEvent(new CustomEvent('point', { detail: hit }));
    else if (this.kind === 'ar') this.putAt(ray);
  }

  // The eyes come over a point of the floor; the body turns nowhere.
  teleport(point) {
    const { camera, rig } = this.viewer;
    const eyes = this.viewer.renderer.xr.getCamera().getWorldPosition(new Vector3());
    rig.position.add(new Vector3(point.x - eyes.x, point.y + this.rise - rig.position.y, point.z - eyes.z));
    rig.updateMatrixWorld(true);
    camera.updateMatrixWorld(true);
    this.dispatchEvent(new CustomEvent('teleport', { detail: point }));
  }

  // In AR, the middle of the scene goes to a point of the real floor.
  putAt(ray) {
    const point = ray.intersectPlane(new Plane(new Vector3(0, 1, 0), this.rise), new Vector3());
    if (!point) return;
    const middle = this.content.box.getCenter(new Vector3());
    this.content.root.position.set(point.x - middle.x, -this.content.box.min.y - this.rise, point.z - middle.z);
  }

  step(seconds) {
    if (!this.session) return false;
    this.ring.visible = false;
    for (const hand of this.hands) {
      if (!hand.source) continue;
      const { hit, isGround } = this.aim(hand);
      hand.beam.scale.z = Math.min(hit?.distance ?? FAR, FAR);
      if (isGround) {
        this.ring.visible = true;
        this.ring.position.copy(hit.point).y += 0.01;
      }
      this.turnBy(hand);
    }
    if (this.sign && (this.signTime -= seconds) < 0) this.sign.removeFromParent();
    return true;
  }

  turnBy(hand) {
    const push = hand.source?.gamepad?.axes?.[2] ?? 0;
    if (Math.abs(push) < 0.3) hand.hasTurned = false;
    if (Math.abs(push) < 0.7 || hand.hasTurned) return;
    hand.hasTurned = true;
    const { rig, renderer } = this.viewer;
    const eyes = renderer.xr.getCamera().getWorldPosition(new Vector3());
    const angle = -Math.sign(push) * TURN;
    rig.position.sub(eyes).applyAxisAngle(new Vector3(0, 1, 0), angle).add(eyes);
    rig.rotation.y += angle;
    rig.updateMatrixWorld(true);
  }

  // A sign before the eyes, since a page is not seen in a headset.
  tell(text) {
    this.lastSign = text;
    if (!this.session) return;
    this.sign?.removeFromParent();
    this.sign = signOf(text);
    this.sign.position.set(0, -0.18, -1.2);
    this.signTime = SIGN_SECONDS;
    this.viewer.camera.add(this.sign);
  }
}

function signOf(text) {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  const font = '44px system-ui, "Noto Sans CJK SC", sans-serif';
  pen.font = font;
  const lines = linesOf(text, (line) => pen.measureText(line).width < 900);
  canvas.width = Math.ceil(Math.max(...lines.map((line) => pen.measureText(line).width))) + 64;
  canvas.height = lines.length * 58 + 40;
  pen.fillStyle = 'rgb(24 32 38 / 88%)';
  pen.beginPath();
  pen.roundRect(0, 0, canvas.width, canvas.height, 24);
  pen.fill();
  Object.assign(pen, { font, fillStyle: '#ffffff', textBaseline: 'middle' });
  for (const [at, line] of lines.entries()) pen.fillText(line, 32, 20 + at * 58 + 29);
  const map = new CanvasTexture(canvas);
  map.colorSpace = SRGBColorSpace;
  const sign = new Sprite(new SpriteMaterial({ map, depthTest: false, toneMapped: false }));
  sign.renderOrder = 2;
  sign.scale.set(canvas.width * 0.0007, canvas.height * 0.0007, 1);
  return sign;
}

function linesOf(text, fits) {
  const lines = [''];
  for (const word of text.match(/\p{Script=Han}|[^\p{Script=Han}\s]+\s?|\s/gu) ?? []) {
    if (fits(lines.at(-1) + word)) lines[lines.length - 1] += word;
    else lines.push(word);
  }
  return lines.slice(0, 6);
}
