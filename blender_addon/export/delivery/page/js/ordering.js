// Triangles in an order in which neighbors follow one another (Sander, Nehab, Barczak 2007, "Fast triangle reordering for
// vertex locality"): a corner that was just worked out is not worked out again. Exporters write them as they come, two
// corners for each triangle; in this order it is about 0.7.

// Corners that graphics hardware, or the processor in its place, remembers at least.
const REMEMBERED = 16;

export function orderTriangles(root) {
  const done = new Set();
  root.traverse((node) => {
    // The order of clear surfaces in one mesh is what is seen behind what.
    const isClear = [node.material].flat().some((material) => material?.transparent);
    const index = node.isMesh && !isClear && node.geometry.groups.length < 2 ? node.geometry.index : undefined;
    if (!index || done.has(index)) return;
    done.add(index);
    index.array.set(ordered(index.array, node.geometry.attributes.position.count));
    index.needsUpdate = true;
  });
}

export function ordered(corners, count) {
  const { starts, triangles } = trianglesAt(corners, count);
  const left = Int32Array.from({ length: count }, (_, corner) => starts[corner + 1] - starts[corner]);
  const seen = new Int32Array(count);
  const isDone = new Uint8Array(corners.length / 3);
  const recent = [];
  const out = new corners.constructor(corners.length);
  let at = 0, time = REMEMBERED + 1, next = 0;
  let fan = corners.length ? corners[0] : -1;
  while (fan >= 0) {
    const around = [];
    for (let k = starts[fan]; k < starts[fan + 1]; k++) {
      const triangle = triangles[k];
      if (isDone[triangle]) continue;
      isDone[triangle] = 1;
      for (let part = 0; part < 3; part++) {
        const corner = corners[3 * triangle + part];
        out[at++] = corner;
        recent.push(corner);
        around.push(corner);
        left[corner] -= 1;
        if (time - seen[corner] > REMEMBERED) seen[corner] = time++;
      }
    }
    fan = following(around);
  }
  return out;

  // The corner whose triangles come next: one that is remembered the longest and will be still, or one of lately, or any.
  function following(around) {
    let best = -1, most = -1;
    for (const corner of around) {
      if (!left[corner]) continue;
      const age = time - seen[corner];
      const priority = age + 2 * left[corner] <= REMEMBERED ? age : 0;
      if (priority > most) { most = priority; best = corner; }
    }
    while (best < 0 && recent.length) {
      const corner = recent.pop();
      if (left[corner]) best = corner;
    }
    while (best < 0 && next < count) {
      if (left[next]) best = next;
      next += 1;
    }
    return best;
  }
}

// The triangles at each corner, one after the other: those of a corner lie between two starts.
function trianglesAt(corners, count) {
  const starts = new Int32Array(count + 1);
  for (const corner of corners) starts[corner + 1] += 1;
  for (let corner = 0; corner < count; corner++) starts[corner + 1] += starts[corner];
  const free = starts.slice(), triangles = new Int32Array(corners.length);
  for (let k = 0; k < corners.length; k++) triangles[free[corners[k]]++] = Math.floor(k / 3);
  return { starts, triangles };
}
