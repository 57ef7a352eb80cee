// Avatars that live: a clip of the file, or breath and small movements; eyes that blink; lips that follow visemes.

import { AnimationMixer, MathUtils, Quaternion, Vector3 } from '../three/three.module.min.js';
import { isStill } from './language.js';

const BLINK_SECONDS = 0.16;
const NEAR = 4;
const BLINKS = [['eyeBlinkLeft', 'eyeBlinkRight'], ['blink'], ['Blink'], ['Fcl_EYE_Close'], ['eyesClosed']];
// What stands for Oculus' visemes where a face has neither them nor ARKit's shapes: VRM's vowels, or an open mouth.
const VOWELS = {
  viseme_aa: ['aa', 'A', 'Fcl_MTH_A'], viseme_E: ['ee', 'E', 'Fcl_MTH_E'], viseme_I: ['ih', 'I', 'Fcl_MTH_I'],
  viseme_O: ['oh', 'O', 'Fcl_MTH_O'], viseme_U: ['ou', 'U', 'Fcl_MTH_U'],
};
const OPEN = ['jawOpen', 'mouthOpen', 'Fcl_MTH_Large'];

export class Avatar {
  constructor({ facts, model, body, place, thing }, visemes) {
    this.thing = thing;
    this.body = body;
    this.place = place;
    if (!model.animations.some(movesShapes)) keepShapes(body, visemes ?? {});
    this.shapes = shapesOf(body);
    this.mouths = this.mouthsOf(visemes);
    this.bones = bonesOf(body, facts.bones ?? {});
    this.time = Math.random() * 10;
    this.nextBlink = 1 + Math.random() * 3;
    this.mouth = new Map();
    this.turned = { x: 0, y: 0 };
    const clip = model.animations.find((item) => /idle|stand|breath/i.test(item.name)) ?? model.animations[0];
    if (clip) {
      this.mixer = new AnimationMixer(body);
      this.mixer.clipAction(clip).play();
    }
    this.rest = new Map();
    body.updateMatrixWorld(true);
    if (!this.mixer) this.relax();
  }

  get canSpeak() {
    return this.mouths.size > 0 || Boolean(this.bones.jaw);
  }

  // Each viseme as shapes with their weights, by what the face has.
  mouthsOf(visemes) {
    const mouths = new Map();
    for (const [viseme, parts] of Object.entries(visemes ?? {})) {
      const vowel = (VOWELS[viseme] ?? []).find((name) => this.shapes.has(name));
      const known = Object.entries(parts).filter(([name]) => this.shapes.has(name));
      const open = OPEN.find((name) => this.shapes.has(name));
      if (this.shapes.has(viseme)) mouths.set(viseme, [[viseme, 1]]);
      else if (known.length > 1) mouths.set(viseme, known);
      else if (vowel) mouths.set(viseme, [[vowel, 1]]);
      else if (open && parts.jawOpen) mouths.set(viseme, [[open, parts.jawOpen]]);
    }
    return mouths;
  }

  // Arms that hang, elbows and fingers a little bent: a skeleton at rest holds its arms out.
  relax() {
    for (const side of ['left', 'right']) {
      const arm = this.bones[`${side}UpperArm`], hand = this.bones[`${side}Hand`];
      if (arm && hand) {
        const shoulder = this.inBody(arm), end = this.inBody(hand);
        const from = end.sub(shoulder).normalize();
        const aside = Math.sign(from.x) || (side === 'left' ? 1 : -1);
        const wanted = new Vector3(aside * 0.2, -1, 0.04).normalize();
        if (from.angleTo(wanted) > 0.04) this.bend(arm, new Vector3().crossVectors(from, wanted).normalize(), from.angleTo(wanted));
        this.body.updateMatrixWorld(true);
      }
      this.bend(this.bones[`${side}LowerArm`], new Vector3(1, 0, 0), -0.16);
      this.body.updateMatrixWorld(true);
      const palm = hand ? new Vector3(side === 'left' ? 1 : -1, 0, 0) : undefined;
      for (const finger of ['Index', 'Middle', 'Ring', 'Little'])
        for (const part of ['Proximal', 'Intermediate']) {
          this.bend(this.bones[`${side}${finger}${part}`], new Vector3(0, 0, -palm?.x || 1), 0.2);
          this.body.updateMatrixWorld(true);
        }
    }
    this.rest.clear();
    for (const name of ['spine', 'chest', 'upperChest', 'neck', 'head', 'leftShoulder', 'rightShoulder', 'jaw']) this.remember(this.bones[name]);
  }

  // Where a bone is in the space of the body.
  inBody(bone) {
    return this.body.worldToLocal(bone.getWorldPosition(new Vector3()));
  }

  remember(bone) {
    if (!bone || this.rest.has(bone)) return;
    const above = bone.parent.getWorldQuaternion(new Quaternion());
    const body = this.body.getWorldQuaternion(new Quaternion());
    this.rest.set(bone, { base: bone.quaternion.clone(), toParent: above.invert().multiply(body) });
  }

  // Turns a bone by `angle` about an axis of the body, from where it is at rest.
  bend(bone, axis, angle) {
    if (!bone) return;
    this.rest.delete(bone);
    this.remember(bone);
    this.pose(bone, [[axis, angle]]);
  }

  pose(bone, turns) {
    const rest = this.rest.get(bone);
    if (!rest) return;
    bone.quaternion.copy(rest.base);
    for (const [axis, angle] of turns)
      bone.quaternion.premultiply(new Quaternion().setFromAxisAngle(axis.clone().applyQuaternion(rest.toParent), angle));
  }

  set(name, value) {
    for (const [mesh, at] of this.shapes.get(name) ?? []) mesh.morphTargetInfluences[at] = value;
  }

  get(name) {
    const [[mesh, at]] = this.shapes.get(name) ?? [[undefined]];
    return mesh ? mesh.morphTargetInfluences[at] : 0;
  }

  // The wanted viseme and how far the mouth takes its form, 0 to 1; none closes it.
  speak(viseme, weight = 1) {
    this.wanted = viseme ? { viseme, weight } : undefined;
  }

  // One moment; whether something moved.
  step(seconds, eye) {
    this.time += seconds;
    const isSpeaking = this.moveMouth(seconds);
    if (isStill.matches) return isSpeaking;
    if (this.mixer) this.mixer.update(seconds);
    else this.breathe(seconds, eye);
    this.blink();
    return true;
  }

  breathe(seconds, eye) {
    const breath = Math.sin(this.time * 1.5), sway = Math.sin(this.time * 0.43), drift = Math.sin(this.time * 0.71 + 1.3);
    const across = new Vector3(1, 0, 0), up = new Vector3(0, 1, 0), ahead = new Vector3(0, 0, 1);
    const goal = this.glance(eye);
    const share = 1 - Math.exp(-seconds * 2.5);
    this.turned.x += (goal.x - this.turned.x) * share;
    this.turned.y += (goal.y - this.turned.y) * share;
    this.pose(this.bones.spine, [[ahead, sway * 0.008], [up, drift * 0.01]]);
    this.pose(this.bones.chest, [[across, breath * -0.012], [ahead, sway * 0.006]]);
    this.pose(this.bones.upperChest, [[across, breath * -0.008]]);
    for (const [name, way] of [['leftShoulder', 1], ['rightShoulder', -1]]) this.pose(this.bones[name], [[ahead, breath * 0.012 * way]]);
    this.pose(this.bones.neck, [[up, this.turned.y * 0.35], [across, this.turned.x * 0.35 + breath * 0.006]]);
    this.pose(this.bones.head, [[up, this.turned.y * 0.65 + drift * 0.02], [across, this.turned.x * 0.65 + sway * 0.012]]);
  }

  // Where the head turns: to who looks from near and from before it.
  glance(eye) {
    const head = this.bones.head;
    if (!head || !eye) return { x: 0, y: 0 };
    const to = this.body.worldToLocal(eye.clone()).sub(this.inBody(head));
    const side = Math.atan2(to.x, to.z), far = to.length();
    if (far > NEAR || far < 0.2 || Math.abs(side) > 1.5) return { x: 0, y: 0 };
    const high = Math.atan2(to.y, Math.hypot(to.x, to.z));
    return { x: MathUtils.clamp(-high, -0.3, 0.35), y: MathUtils.clamp(side, -0.7, 0.7) };
  }

  blink() {
    const names = BLINKS.find((all) => all.every((name) => this.shapes.has(name)));
    if (!names) return;
    const since = this.time - this.nextBlink;
    if (since > BLINK_SECONDS) this.nextBlink = this.time + 2 + Math.random() * 4;
    const value = since > 0 && since < BLINK_SECONDS ? Math.sin((since / BLINK_SECONDS) * Math.PI) : 0;
    for (const name of names) this.set(name, value);
  }

  // Lets the mouth go toward the wanted viseme; whether it moved.
  moveMouth(seconds) {
    const goal = new Map();
    if (this.wanted) for (const [name, value] of this.mouths.get(this.wanted.viseme) ?? []) goal.set(name, value * this.wanted.weight);
    const share = 1 - Math.exp(-seconds * 22);
    let hasMoved = false;
    for (const name of new Set([...goal.keys(), ...this.mouth.keys()])) {
      const now = this.mouth.get(name) ?? 0;
      let next = now + ((goal.get(name) ?? 0) - now) * share;
      if (next < 0.002) next = 0;
      if (next !== now) hasMoved = true;
      if (next === 0 && !goal.has(name)) this.mouth.delete(name);
      else this.mouth.set(name, next);
      this.set(name, next);
    }
    if (this.mouths.size || !this.bones.jaw) return hasMoved;
    this.pose(this.bones.jaw, [[new Vector3(1, 0, 0), this.wanted ? 0.12 * this.wanted.weight : 0]]);
    return Boolean(this.wanted);
  }
}

function movesShapes(clip) {
  return clip.tracks.some((track) => track.name.endsWith('.morphTargetInfluences'));
}

// Leaves out the shapes that nothing here moves: each is asked for at every corner of a face in every picture.
function keepShapes(body, visemes) {
  const has = new Set();
  body.traverse((node) => Object.keys(node.morphTargetDictionary ?? {}).forEach((name) => has.add(name)));
  const mouth = Object.entries(visemes).flatMap(([viseme, parts]) => (has.has(viseme) ? [viseme] : Object.keys(parts)));
  const wanted = new Set([...BLINKS.flat(), ...mouth, ...Object.values(VOWELS).flat(), ...OPEN]);
  body.traverse((node) => {
    const names = Object.entries(node.morphTargetDictionary ?? {});
    if (!names.length) return;
    const kept = names.filter(([name]) => wanted.has(name));
    const { morphAttributes } = node.geometry;
    for (const kind of Object.keys(morphAttributes)) {
      if (morphAttributes[kind].length !== names.length) continue; // another avatar of the same file
      morphAttributes[kind] = kept.map(([, at]) => morphAttributes[kind][at]);
      if (!kept.length) delete morphAttributes[kind];
    }
    node.morphTargetDictionary = Object.fromEntries(kept.map(([name], at) => [name, at]));
    node.morphTargetInfluences = kept.map(([, at]) => node.morphTargetInfluences[at] ?? 0);
  });
}

// The meshes and places of each shape, by its name.
function shapesOf(body) {
  const shapes = new Map();
  body.traverse((node) => {
    for (const [name, at] of Object.entries(node.morphTargetDictionary ?? {})) {
      if (!shapes.has(name)) shapes.set(name, []);
      shapes.get(name).push([node, at]);
    }
  });
  return shapes;
}

function bonesOf(body, names) {
  const byName = new Map();
  body.traverse((node) => byName.set(node.userData.name ?? node.name, node));
  const bones = {};
  for (const [joint, name] of Object.entries(names)) if (byName.get(name)?.isBone) bones[joint] = byName.get(name);
  return bones;
}
