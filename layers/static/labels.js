/* Names on the map: the most important first, never over each other, never beyond their side of a comparison. */
(function () {
  "use strict";

  const LABEL_PANE = 640; // above markers (600), below tooltips (650)
  const MOVE_PAUSE_MS = 120; // names wait for a pan to settle
  const MOST = 400;
  const FACE = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif';
  const LOOKS = {
    country: {font: `600 14px ${FACE}`, size: 16, upper: true, spacing: 2.2},
    zone: {font: `700 13px ${FACE}`, size: 15, lift: 20}, // clear of a sign that stands for the zone
    town: {font: `400 12px ${FACE}`, size: 14},
    place: {font: `400 12px ${FACE}`, size: 14},
    river: {font: `italic 400 12px ${FACE}`, size: 14},
  };

  class Labels {
    /* layers() gives the drawn layers, each {entry, features}. */
    constructor(map, swipe, layers) {
      Object.assign(this, {map, swipe, layers});
      this.panes = {"": this._pane("labels")};
      for (const side of ["left", "right"]) {
        this.panes[side] = this._pane(`labels-${side}`);
        swipe.mind(this.panes[side], side);
      }
      this.pen = document.createElement("canvas").getContext("2d");
    }

    _pane(name) {
      const pane = this.map.createPane(name);
      pane.style.zIndex = LABEL_PANE;
      pane.classList.add("labels", "leaflet-zoom-hide");
      return pane;
    }

    later() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.place(), MOVE_PAUSE_MS);
    }

    place() {
      const candidates = this._candidates();
      candidates.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1));
      const taken = [];
      const nodes = {"": [], left: [], right: []};
      const cut = this.map.containerPointToLayerPoint([this.swipe.x(), 0]).x;
      for (const each of candidates.slice(0, MOST)) {
        const look = LOOKS[each.look] || LOOKS.town;
        const text = look.upper ? each.text.toUpperCase() : each.text;
        const spot = this._spots(each, look, text).find((box) => within(box, each.side, cut) && taken.every((other) => apart(box, other)));
        if (!spot) continue;
        taken.push(spot);
        const node = document.createElement("span");
        node.className = `label label-${each.look}`;
        node.textContent = text;
        L.DomUtil.setPosition(node, L.point(Math.round(spot.x), Math.round(spot.y)));
        nodes[each.side].push(node);
      }
      for (const [side, pane] of Object.entries(this.panes)) pane.replaceChildren(...nodes[side]);
    }

    _candidates() {
      const {map} = this;
      const zoom = map.getZoom();
      const seen = map.getBounds().pad(0.15);
      const candidates = [];
      for (const {entry, features} of this.layers()) {
        const labels = entry.labels;
        if (!labels) continue;
        for (const {properties, geometry} of features) {
          const from = properties.lz === undefined ? labels.from : properties.lz;
          if (!properties.n || zoom < from || zoom > (labels.to || 99)) continue;
          const at = properties.at || (geometry.type === "Point" ? geometry.coordinates : null);
          if (!at || !seen.contains([at[1], at[0]])) continue;
          candidates.push({text: properties.l || properties.n, at: map.latLngToLayerPoint([at[1], at[0]]), look: labels.look, side: entry.side || "",
            weight: labels.priority * 1e9 + (properties.w || 0), point: geometry.type === "Point" && !labels.centred});
        }
      }
      return candidates;
    }

    /* Where a name may stand, the best place first: beside a point, or on the middle of what it names. */
    _spots({at, point}, look, text) {
      this.pen.font = look.font;
      const width = this.pen.measureText(text).width + (look.spacing || 0) * text.length;
      const moves = point
        ? [[7, -look.size / 2], [-7 - width, -look.size / 2], [-width / 2, -look.size - 6], [-width / 2, 6]]
        : [[-width / 2, -look.size / 2 - (look.lift || 0)]];
      return moves.map(([dx, dy]) => ({x: at.x + dx, y: at.y + dy, w: width, h: look.size, anchor: at.x}));
    }
  }

  function apart(box, other) {
    return box.x > other.x + other.w + 3 || box.x + box.w + 3 < other.x || box.y > other.y + other.h + 2 || box.y + box.h + 2 < other.y;
  }

  function within(box, side, cut) {
    if (!side) return true;
    return side === "left" ? Math.max(box.x + box.w, box.anchor) < cut : Math.min(box.x, box.anchor) > cut;
  }

  window.fronteras.Labels = Labels;
})();
