/* Signs: how a feature looks, whatever draws it: an SVG path of the page or the canvas of a tile. */
(function () {
  "use strict";

  const LIT = {wider: 2.5, opacity: 1}; // a feature that is chosen: px beyond its own width
  const HATCH = {period: 7, line: 0.8, degrees: 45}; // px; as wide on the canvas as in the SVG

  /* The outline of a point's sign as SVG path data, around a centre; a circle is an arc instead. */
  const SHAPES = {
    circle: null,
    diamond: (x, y, r) => `M${x},${y - r}L${x + r},${y}L${x},${y + r}L${x - r},${y}Z`,
    square: (x, y, r) => `M${x - r},${y - r}H${x + r}V${y + r}H${x - r}Z`,
    triangle: (x, y, r) => `M${x},${y - r}L${x + r},${y + 0.8 * r}H${x - r}Z`,
  };

  /* A point drawn as an SVG path in one of these shapes, so that it styles like a line. */
  const Symbol = L.CircleMarker.extend({
    _updatePath() {
      const shape = SHAPES[this.options.shape];
      if (!shape) return L.CircleMarker.prototype._updatePath.call(this);
      const {x, y} = this._point;
      return this._renderer._setPath(this, this._empty() ? "M0 0" : shape(x, y, this._radius));
    },
  });

  function styleOf(entry, properties) {
    let style = entry.style || {};
    for (const [column, classes] of Object.entries(entry.by || {})) {
      style = {...style, ...(classes[properties[column]] || {})};
    }
    if (entry.values) {
      const value = entry.values[properties.id]; // [class, figure in words], or nothing
      style = {...style, ...(entry.classes[value ? value[0] : "none"] || {})};
    }
    return style;
  }

  /* How large a point's sign is at a zoom, as a part of its radius: a continent of full-size signs is a blot. */
  function sizeAt(zoom) {
    return Math.min(1.15, Math.max(0.6, 0.6 + (zoom - 4) * 0.16));
  }

  const hatches = new Map(); // id -> {colour, background}

  /* Hatches live in one hidden SVG of the document: `url(#id)` is resolved against it. */
  function hatch({id, colour, background}) {
    if (hatches.has(id)) return;
    hatches.set(id, {colour, background});
    const {period, line, degrees} = HATCH;
    const svg = L.SVG.create("svg");
    const pattern = L.SVG.create("pattern");
    for (const [name, value] of Object.entries({id, width: period, height: period, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${degrees})`})) {
      pattern.setAttribute(name, value);
    }
    for (const [width, fill] of [[period, background], [line, colour]]) {
      const box = L.SVG.create("rect");
      for (const [name, value] of Object.entries({width, height: period, fill})) box.setAttribute(name, value);
      pattern.append(box);
    }
    const holder = document.createElement("div");
    holder.style.cssText = "position:absolute;width:0;height:0;overflow:hidden";
    svg.append(pattern);
    holder.append(svg);
    document.body.append(holder);
  }

  function hatchOf(fill) {
    return hatches.get((/^url\(#(.+)\)$/.exec(fill) || [])[1]);
  }

  /* The same hatch as a fill of a canvas.
   *
   * ratio: pixels of the canvas per px of the page; origin: where the canvas begins in the plane that all
   * tiles share, in its pixels, so that the lines run on from tile to tile.
   */
  function hatchFill(context, {colour, background}, ratio, origin) {
    const sharp = Math.max(1, Math.round(ratio));
    const swatch = document.createElement("canvas");
    swatch.width = swatch.height = HATCH.period * sharp;
    const pen = swatch.getContext("2d");
    pen.fillStyle = background;
    pen.fillRect(0, 0, swatch.width, swatch.height);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, HATCH.line * sharp, swatch.height);
    const fill = context.createPattern(swatch, "repeat");
    fill.setTransform(new DOMMatrix().translate(-origin.x, -origin.y).rotate(HATCH.degrees).scale(ratio / sharp));
    return fill;
  }

  window.fronteras = {signs: {LIT, SHAPES, Symbol, styleOf, sizeAt, hatch, hatchOf, hatchFill}};
})();
