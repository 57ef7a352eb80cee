// Walking through the scene at the height of one's eyes: keys, a pointer that looks round, and clicks on the floor.

import { Euler, MathUtils, Vector3 } from '../three/three.module.min.js';
import { isStill } from './language.js';

export const EYES = 1.6;
const STEP_UP = 0.45;
const METERS_A_SECOND = 1.5;
const TURN_A_SECOND = 1.6;
const ELBOW_ROOM = 0.3;
const KEYS = {
  KeyW: 'ahead', ArrowUp: 'ahead', KeyS: 'back', ArrowDown: 'back', KeyA: 'left', KeyD: 'right',
  ArrowLeft: 'turnLeft', ArrowRight: 'turnRight', KeyQ: 'turnLeft', KeyE: 'turnRight', PageUp: 'up', PageDown: 'down',
};

export class Walking {
  constructor(viewer, content) {
    this.viewer = viewer;
    this.content = content;
    this.isOn = false;
    this.held = new Set();
    this.look = new Euler(0, 0, 0, 'YXZ');
    this.goal = undefined;
    const canvas = viewer.canvas;
    canvas.addEventListener('keydown', (event) => this.key(event, true));
    canvas.addEventListener('keyup', (event) => this.key(event, false));
    canvas.addEventListener('blur', () => this.held.clear());
    canvas.addEventListener('pointerdown', (event) => { this.grip = { x: event.clientX, y: event.clientY }; });
    window.addEventListener('pointerup', () => { this.grip = undefined; });
    window.addEventListener('pointermove', (event) => this.drag(event));
    viewer.every((seconds) => this.isOn && this.step(seconds));
  }

  enter() {
    const { camera, orbit } = this.viewer;
    this.before = { place: camera.position.clone(), target: orbit.target.clone() };
    this.isOn = true;
    this.viewer.flight = undefined;
    orbit.enabled = false;
    const start = this.startPoint();
    camera.position.set(start.x, start.y + EYES, start.z);
    const middle = this.content.box.getCenter(new Vector3());
    this.look.set(0, Math.atan2(camera.position.x - middle.x, camera.position.z - middle.z), 0);
    this.turn();
  }

  leave() {
    const { orbit } = this.viewer;
    this.isOn = false;
    this.held.clear();
    this.goal = undefined;
    orbit.enabled = true;
    if (this.before) this.viewer.goTo(this.before.place, this.before.target, true);
  }

  // Free ground, on the side where the camera was.
  startPoint() {
    const { box } = this.content;
    const middle = box.getCenter(new Vector3());
    const toward = this.viewer.camera.position.clone().sub(middle).setY(0).normalize();
    const reach = Math.min(box.max.x - box.min.x, box.max.z - box.min.z) / 2;
    for (const share of [0.72, 0.55, 0.35, 0.85, 0.1]) {
      for (const aside of [0, 0.5, -0.5, 1, -1]) {
        const point = middle.clone().addScaledVector(toward, reach * share);
        point.x += toward.z * aside * reach;
        point.z -= toward.x * aside * reach;
        point.y = Math.min(box.max.y, box.min.y + 2.2);
        const ground = this.content.groundBelow(point, 4);
        if (ground !== undefined && this.isFree(point.setY(ground))) return point;
      }
    }
    return new Vector3(middle.x, box.min.y, middle.z);
  }

  isFree(point) {
    const chest = point.clone().setY(point.y + 0.5);
    return [0, 1, 2, 3].every((side) => {
      const away = new Vector3(Math.sin((side * Math.PI) / 2), 0, Math.cos((side * Math.PI) / 2));
      return !this.content.isBlocked(chest, away, ELBOW_ROOM);
    });
  }

  key(event, isDown) {
    const move = KEYS[event.code];
    if (!this.isOn || move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!isDown) {
      this.held.delete(move);
      return;
    }
    this.goal = undefined;
    this.isFast = event.shiftKey;
    this.held.add(move);
    this.viewer.changed();
  }

  drag(event) {
    if (!this.isOn || !this.grip) return;
    this.look.y += (event.clientX - this.grip.x) * 0.004;
    this.look.x = MathUtils.clamp(this.look.x + (event.clientY - this.grip.y) * 0.004, -1.3, 1.3);
    this.grip = { x: event.clientX, y: event.clientY };
    this.turn();
  }

  turn() {
    this.viewer.camera.quaternion.setFromEuler(this.look);
    this.viewer.changed();
  }

  // Goes to a point of the floor, by steps or, where motion is not wanted, at once.
  goTo(point) {
    if (isStill.matches) {
      this.viewer.camera.position.set(point.x, point.y + EYES, point.z);
      this.viewer.changed();
      return;
    }
    this.goal = point.clone();
    this.viewer.changed();
  }

  step(seconds) {
    const { camera } = this.viewer;
    const turned = (this.held.has('turnLeft') - this.held.has('turnRight')) * TURN_A_SECOND * seconds;
    const nodded = (this.held.has('up') - this.held.has('down')) * TURN_A_SECOND * 0.6 * seconds;
    if (turned || nodded) {
      this.look.y += turned;
      this.look.x = MathUtils.clamp(this.look.x + nodded, -1.3, 1.3);
      this.turn();
    }
    const way = new Vector3(this.held.has('right') - this.held.has('left'), 0, this.held.has('back') - this.held.has('ahead'));
    way.applyEuler(new Euler(0, this.look.y, 0));
    let length = METERS_A_SECOND * (this.isFast ? 2 : 1) * seconds;
    if (this.goal) {
      way.copy(this.goal).sub(camera.position).setY(0);
      if (way.length() < 0.05) this.goal = undefined;
      length = Math.min(way.length(), length * 1.6);
    }
    if (way.lengthSq() < 1e-8) return Boolean(turned || nodded);
    way.normalize();
    const hasMoved = this.move(way, length) || this.move(new Vector3(Math.sign(way.x), 0, 0), length * Math.abs(way.x))
      || this.move(new Vector3(0, 0, Math.sign(way.z)), length * Math.abs(way.z));
    if (!hasMoved) this.goal = undefined;
    return true;
  }

  // One step, if nothing is in its way and there is ground under it.
  move(way, length) {
    if (length < 1e-5) return false;
    const { camera } = this.viewer;
    const feet = camera.position.y - EYES;
    for (const height of [STEP_UP + 0.1, 1.2]) {
      const from = camera.position.clone().setY(feet + height);
      if (this.content.isBlocked(from, way, length + ELBOW_ROOM)) return false;
    }
    const next = camera.position.clone().addScaledVector(way, length);
    const ground = this.content.groundBelow(next.clone().setY(feet + STEP_UP), STEP_UP + 1);
    if (ground === undefined) return false;
    camera.position.set(next.x, MathUtils.lerp(camera.position.y, ground + EYES, 0.4), next.z);
    return true;
  }
}
