// Names of things: beside the pointer, over what is chosen, on a card in both languages, and as a list of buttons.

import { Mesh, MeshBasicMaterial } from '../three/three.module.min.js';

export class Labels extends EventTarget {
  constructor(viewer, content, language) {
    super();
    this.viewer = viewer;
    this.content = content;
    this.language = language;
    this.tip = document.getElementById('tip');
    this.card = document.getElementById('card');
    this.list = document.getElementById('list');
    this.buttons = new Map();
    this.veils = [];
    this.veil = new MeshBasicMaterial({ color: 0x2f9cc4, transparent: true, opacity: 0.32, depthWrite: false, polygonOffset: true, polygonOffsetFactor: -2, polygonOffsetUnits: -2 });
    document.getElementById('card-close').addEventListener('click', () => this.release());
    this.listenToPointer();
    this.fillList();
    language.addEventListener('change', () => { this.fillList(); this.write(); });
    viewer.every(() => { this.place(); return false; });
  }

  // The things of the list, in the order of their names; what has no label comes last.
  fillList() {
    const order = new Intl.Collator(this.language.code);
    const named = (thing) => this.language.name(thing);
    const things = [...this.content.things].sort((one, two) => two.isNamed - one.isNamed || order.compare(named(one), named(two)));
    this.buttons.clear();
    const rows = things.map((thing) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(named(thing));
      if (thing.detail && thing.detail !== named(thing)) {
        const detail = document.createElement('small');
        detail.textContent = thing.detail;
        button.append(detail);
      }
      button.setAttribute('aria-pressed', String(thing === this.chosen));
      button.addEventListener('click', () => { this.choose(thing); this.viewer.show(thing); });
      button.addEventListener('pointerenter', () => this.point(thing));
      button.addEventListener('pointerleave', () => this.point(undefined));
      button.addEventListener('focus', () => this.point(thing));
      button.addEventListener('blur', () => this.point(undefined));
      this.buttons.set(thing, button);
      const row = document.createElement('li');
      row.append(button);
      return row;
    });
    this.list.replaceChildren(...rows);
    document.getElementById('list-hint').textContent = this.language.text('objectsHint', { count: things.length });
  }

  listenToPointer() {
    const canvas = this.viewer.canvas;
    let down;
    canvas.addEventListener('pointerdown', (event) => { down = { x: event.clientX, y: event.clientY }; });
    canvas.addEventListener('pointerup', (event) => {
      if (!down || Math.hypot(event.clientX - down.x, event.clientY - down.y) > 6) return;
      const hit = this.content.meet(this.viewer.rayAt(event));
      this.dispatchEvent(new CustomEvent('click', { detail: hit }));
    });
    canvas.addEventListener('pointermove', (event) => { if (!event.buttons) this.pointer = event; });
    canvas.addEventListener('pointerleave', () => { this.pointer = undefined; this.point(undefined); });
    this.viewer.every(() => {
      if (this.pointer === undefined) return false;
      this.point(this.content.meet(this.viewer.rayAt(this.pointer))?.thing);
      this.pointer = undefined;
      return false;
    });
  }

  // What the pointer or the focus is on.
  point(thing) {
    if (thing === this.pointed) return;
    this.pointed = thing;
    this.viewer.canvas.style.cursor = thing ? 'pointer' : '';
    this.write();
  }

  choose(thing) {
    this.buttons.get(this.chosen)?.setAttribute('aria-pressed', 'false');
    this.chosen = thing;
    this.buttons.get(thing)?.setAttribute('aria-pressed', 'true');
    this.write();
    this.dispatchEvent(new CustomEvent('choose', { detail: thing }));
  }

  release() {
    this.choose(undefined);
    this.viewer.canvas.focus({ preventScroll: true });
  }

  // Writes card and tip, and tints what they are about.
  write() {
    const shown = this.pointed ?? this.chosen;
    this.tip.textContent = shown && !this.isQuiet ? this.language.name(shown) : '';
    this.card.hidden = this.chosen === undefined;
    if (this.chosen) {
      document.getElementById('card-en').textContent = this.chosen.en;
      document.getElementById('card-zh').textContent = this.chosen.zh;
      const isSame = this.chosen.zh === this.chosen.en;
      document.getElementById('card-zh').parentElement.hidden = isSame;
      document.getElementById('card-name').textContent = this.chosen.detail === this.chosen.en ? '' : this.chosen.detail;
    }
    this.tint(shown);
  }

  tint(thing) {
    if (thing === this.tinted) return;
    this.tinted = thing;
    for (const veil of this.veils.splice(0)) veil.removeFromParent();
    if (thing && !thing.isAvatar) {
      const meshes = [];
      thing.root.traverse((node) => { if (node.isMesh) meshes.push(node); });
      for (const mesh of meshes) {
        const veil = new Mesh(mesh.geometry, this.veil);
        veil.raycast = () => {};
        mesh.add(veil);
        this.veils.push(veil);
      }
    }
    this.viewer.changed();
  }

  // Keeps the tip over its thing while the camera moves.
  place() {
    const shown = this.pointed ?? this.chosen;
    const at = shown && this.tip.textContent ? this.viewer.onStage(shown.top) : undefined;
    const wide = this.viewer.canvas.clientWidth, high = this.viewer.canvas.clientHeight;
    this.tip.hidden = at === undefined || at.x < -40 || at.x > wide + 40 || at.y < -40 || at.y > high + 40;
    if (this.tip.hidden) return;
    const half = this.tip.offsetWidth / 2;
    const x = Math.min(wide - half - 4, Math.max(half + 4, at.x));
    const y = Math.min(high - 8, Math.max(36, at.y - 8));
    this.tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -100%)`;
  }
}
