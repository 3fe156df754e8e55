/* The divider of a comparison: panes of the left side end at it, panes of the right side begin there.
 *
 *   const swipe = new L.Swipe(map, {changed})
 *   swipe.take({left, right, label} | null)   // captions; null takes the divider away
 *   swipe.mind(pane, side)                    // "left", "right" or undefined
 *
 * A pane has no size of its own and travels with the map, so its clip is written in the map's own
 * pixels and anew at each move. Where the divider stands stays in this browser.
 */
(function () {
  "use strict";

  const STEP = 0.02; // of the map's width per arrow key
  const LEAP = 0.1; // per page key
  const BEYOND_PX = 4000; // up and down a clip may be generous: it only ever cuts at the divider
  const GAP_PX = 10; // between the divider and its captions
  const CLEAR_PX = {left: 56, right: 12}; // what captions keep free: the zoom buttons, the edge

  L.Swipe = class {
    constructor(map, {changed}) {
      Object.assign(this, {map, changed, share: 0.5, told: null});
      map.on("move zoomend viewreset resize", () => this.refresh(), this);
    }

    take(told) {
      this.told = told || null;
      if (!told) {
        if (this.node) this.node.remove();
        this.node = null;
      } else {
        if (!this.node) this._build();
        this.node.setAttribute("aria-label", told.label);
        this.caption("left", told.left);
        this.caption("right", told.right);
      }
      this.refresh();
    }

    caption(side, text) {
      if (this.node) this[side].textContent = text;
      if (this.node) this._place();
    }

    mind(pane, side) {
      pane.dataset.side = side || "";
    }

    /* Where the divider stands, in pixels from the map's left edge. */
    x() {
      return Math.round(this.share * this.map.getSize().x);
    }

    /* The side of a place in the map's window; "" without a comparison. */
    sideOf(point) {
      if (!this.told) return "";
      return point.x < this.x() ? "left" : "right";
    }

    refresh() {
      const {map} = this;
      const corner = map.containerPointToLayerPoint([0, 0]);
      const size = map.getSize();
      const cut = corner.x + this.x();
      const top = corner.y - BEYOND_PX;
      const bottom = corner.y + size.y + BEYOND_PX;
      const box = (west, east) => `polygon(${west}px ${top}px,${east}px ${top}px,${east}px ${bottom}px,${west}px ${bottom}px)`;
      const clips = {left: box(corner.x - BEYOND_PX, cut), right: box(cut, corner.x + size.x + BEYOND_PX)};
      for (const pane of Object.values(map.getPanes())) {
        if (pane.dataset.side === undefined) continue;
        pane.style.clipPath = this.told ? clips[pane.dataset.side] || "" : "";
      }
      if (this.node) this._place();
    }

    _build() {
      const node = (this.node = L.DomUtil.create("div", "swipe", this.map.getContainer()));
      node.tabIndex = 0;
      for (const [name, value] of Object.entries({role: "slider", "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": 100})) node.setAttribute(name, value);
      this.left = L.DomUtil.create("span", "swipe-caption swipe-left", node);
      this.right = L.DomUtil.create("span", "swipe-caption swipe-right", node);
      L.DomUtil.create("span", "swipe-knob", node);
      L.DomEvent.disableClickPropagation(node); // neither a pan nor a click of the map
      node.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        node.focus({preventScroll: true});
        node.setPointerCapture(event.pointerId);
        this.grip = event.clientX - this.map.getContainer().getBoundingClientRect().left - this.x();
      });
      node.addEventListener("pointermove", (event) => {
        if (!node.hasPointerCapture(event.pointerId)) return;
        const edge = this.map.getContainer().getBoundingClientRect().left;
        this._set((event.clientX - edge - this.grip) / this.map.getSize().x);
      });
      node.addEventListener("keydown", (event) => this._onKey(event));
    }

    _onKey(event) {
      const steps = {ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, PageDown: -LEAP, PageUp: LEAP, Home: -1, End: 1};
      if (!(event.key in steps)) return;
      event.preventDefault();
      event.stopPropagation();
      this._set(this.share + steps[event.key]);
    }

    _set(share) {
      this.share = Math.min(1, Math.max(0, share));
      this.refresh();
      this.changed();
    }

    _place() {
      const x = this.x();
      this.node.style.transform = `translateX(${x}px)`;
      this.node.setAttribute("aria-valuenow", Math.round(this.share * 100));
      this.node.setAttribute("aria-valuetext", `${Math.round(this.share * 100)} %: ${this.left.textContent} | ${this.right.textContent}`);
      this.right.style.left = `${Math.max(GAP_PX, CLEAR_PX.left - x)}px`;
      const room = {left: x - CLEAR_PX.left, right: this.map.getSize().x - x - CLEAR_PX.right};
      for (const side of ["left", "right"]) {
        this[side].style.maxWidth = `${Math.max(0, room[side] - GAP_PX)}px`;
        this[side].style.visibility = room[side] > 48 ? "" : "hidden";
      }
    }
  };
})();
