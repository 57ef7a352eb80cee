// Where the processor draws, since there is no graphics hardware: what would take it too long, in a simpler way.

import { BufferAttribute, BufferGeometry, Matrix4, Mesh, MeshLambertMaterial } from '../three/three.module.min.js';

// No camera sees what is on this layer.
const UNSEEN = 31;
const POSES_A_SECOND = 15;
const STILL = 1e-5;

// Surfaces without shine.
export function makeMatte(root) {
  const made = new Map();
  const simple = (material) => {
    if (!made.has(material)) made.set(material, matte(material));
    return made.get(material);
  };
  root.traverse((node) => {
    if (node.isMesh) node.material = Array.isArray(node.material) ? node.material.map(simple) : simple(node.material);
  });
}

function matte(material) {
  if (!material.isMeshStandardMaterial) return material;
  const { name, map, color, emissive, emissiveMap, emissiveIntensity, alphaMap, alphaTest, transparent, opacity, side, vertexColors, depthWrite } = material;
  return new MeshLambertMaterial({ name, map, color, emissive, emissiveMap, emissiveIntensity, alphaMap, alphaTest, transparent, opacity, side, vertexColors, depthWrite });
}

// The skins of avatars, bent here a few times a second: shaders run by the processor would bend them in every picture,
// and look up four bones for every corner of every triangle.
export class Skins {
  constructor(avatars) {
    const nodes = [];
    for (const { body } of avatars) body.traverse((node) => { if (node.isSkinnedMesh && node.geometry.attributes.normal) nodes.push(node); });
    this.places = avatars.map((avatar) => avatar.place);
    this.parts = nodes.map((node) => new SkinPart(node));
    this.waited = Infinity;
  }

  // Whether a skin has another form than in the last picture.
  step(seconds) {
    this.waited += seconds;
    if (this.waited < 1 / POSES_A_SECOND) return false;
    this.waited = 0;
    for (const place of this.places) place.updateMatrixWorld();
    return this.parts.map((part) => part.bend()).some(Boolean);
  }
}

export class SkinPart {
  constructor(node) {
    const { geometry, skeleton } = node;
    const { position, normal, skinIndex, skinWeight } = geometry.attributes;
    this.node = node;
    this.count = position.count;
    this.places = plain(position, 3);
    this.normals = plain(normal, 3);
    this.bones = plain(skinIndex, 4);
    this.weights = plain(skinWeight, 4);
    this.used = [...new Set(this.bones.filter((_, at) => this.weights[at] > 0))];
    this.matrices = new Float32Array(skeleton.bones.length * 12);
    this.shapes = shapesOf(geometry, this.count);
    this.influences = [];
    const bent = new BufferGeometry();
    for (const [name, attribute] of Object.entries(geometry.attributes))
      if (!['position', 'normal', 'skinIndex', 'skinWeight', 'tangent'].includes(name)) bent.setAttribute(name, attribute);
    this.position = new BufferAttribute(new Float32Array(this.count * 3), 3);
    this.normal = new BufferAttribute(new Float32Array(this.count * 3), 3);
    bent.setAttribute('position', this.position);
    bent.setAttribute('normal', this.normal);
    bent.setIndex(geometry.index);
    const mesh = new Mesh(bent, node.material);
    mesh.castShadow = node.castShadow;
    mesh.receiveShadow = node.receiveShadow;
    mesh.frustumCulled = false;
    mesh.raycast = () => {};
    node.layers.set(UNSEEN);
    node.add(mesh);
  }

  // Whether it has another form than before.
  bend() {
    const { node, count, places, normals, bones, weights, matrices } = this;
    const hasTurned = this.turnBones();
    const influences = node.morphTargetInfluences ?? [];
    if (!hasTurned && influences.every((value, at) => value === this.influences[at])) return false;
    this.influences = [...influences];
    const shaped = this.shaped();
    const from = shaped?.places ?? places, turned = shaped?.normals ?? normals;
    const out = this.position.array, ways = this.normal.array;
    for (let k = 0; k < count; k++) {
      const x = from[3 * k], y = from[3 * k + 1], z = from[3 * k + 2];
      const nx = turned[3 * k], ny = turned[3 * k + 1], nz = turned[3 * k + 2];
      let px = 0, py = 0, pz = 0, qx = 0, qy = 0, qz = 0;
      for (let j = 4 * k; j < 4 * k + 4; j++) {
        const w = weights[j];
        if (w === 0) continue;
        const b = bones[j] * 12;
        const a0 = matrices[b], a1 = matrices[b + 1], a2 = matrices[b + 2];
        const b0 = matrices[b + 4], b1 = matrices[b + 5], b2 = matrices[b + 6];
        const c0 = matrices[b + 8], c1 = matrices[b + 9], c2 = matrices[b + 10];
        px += w * (a0 * x + a1 * y + a2 * z + matrices[b + 3]);
        py += w * (b0 * x + b1 * y + b2 * z + matrices[b + 7]);
        pz += w * (c0 * x + c1 * y + c2 * z + matrices[b + 11]);
        qx += w * (a0 * nx + a1 * ny + a2 * nz);
        qy += w * (b0 * nx + b1 * ny + b2 * nz);
        qz += w * (c0 * nx + c1 * ny + c2 * nz);
      }
      out[3 * k] = px; out[3 * k + 1] = py; out[3 * k + 2] = pz;
      ways[3 * k] = qx; ways[3 * k + 1] = qy; ways[3 * k + 2] = qz;
    }
    this.position.needsUpdate = this.normal.needsUpdate = true;
    return true;
  }

  // Matrices of the bones that bend this part, by rows, in its own space; whether one of them has changed.
  turnBones() {
    const { node, matrices } = this;
    const { bones, boneInverses } = node.skeleton;
    const matrix = new Matrix4(), inverse = new Matrix4().copy(node.matrixWorld).invert();
    let hasTurned = false;
    for (const bone of this.used) {
      matrix.multiplyMatrices(inverse, bones[bone].matrixWorld).multiply(boneInverses[bone]).multiply(node.bindMatrix);
      const { elements } = matrix;
      for (let row = 0; row < 3; row++)
        for (let column = 0; column < 4; column++) {
          const value = elements[column * 4 + row], at = bone * 12 + row * 4 + column;
          if (Math.abs(value - matrices[at]) > STILL) hasTurned = true;
          matrices[at] = value;
        }
    }
    return hasTurned;
  }

  // Places and normals with the shapes of the face in them; undefined where none is on.
  shaped() {
    const on = this.influences.map((value, at) => [value, this.shapes[at]]).filter(([value, shape]) => value && shape);
    if (!on.length) return undefined;
    const places = this.places.slice(), normals = this.normals.slice();
    for (const [value, shape] of on)
      for (let j = 0; j < shape.corners.length; j++) {
        const at = shape.corners[j] * 3;
        for (let axis = 0; axis < 3; axis++) {
          places[at + axis] += value * shape.places[3 * j + axis];
          normals[at + axis] += value * shape.normals[3 * j + axis];
        }
      }
    return { places, normals };
  }
}

// The numbers of an attribute, which may be packed or in steps, one after the other.
function plain(attribute, width) {
  const values = new Float32Array(attribute.count * width);
  for (let k = 0; k < attribute.count; k++)
    for (let part = 0; part < width; part++) values[k * width + part] = attribute.getComponent(k, part);
  return values;
}

// Each shape as the corners that it moves, and by how much.
function shapesOf(geometry, count) {
  const { position = [], normal = [] } = geometry.morphAttributes;
  return position.map((moved, shape) => {
    const places = plain(moved, 3), turned = normal[shape] ? plain(normal[shape], 3) : new Float32Array(count * 3);
    const corners = [];
    for (let k = 0; k < count; k++)
      if ([0, 1, 2].some((axis) => places[3 * k + axis] || turned[3 * k + axis])) corners.push(k);
    const picked = (values) => Float32Array.from(corners.flatMap((k) => [values[3 * k], values[3 * k + 1], values[3 * k + 2]]));
    return { corners, places: picked(places), normals: picked(turned) };
  });
}
