/* Painter: puts a decoded vector tile on its canvas, to look as the same features do as SVG.
 *
 * A canvas is painted at the pixels it has on the screen, so that widths, dashes and signs are in px of the
 * page at any zoom. A sheet says where: {x, y} the tile's corner on the canvas, less than a pixel away; `unit`
 * pixels of the canvas per px of the tile; `ratio` pixels of the canvas per px of the page; `zoom` of the map;
 * `origin` of the canvas in the plane of its zoom; `tile` its coordinates; `beside` the tiles around it as [tile, dx, dy] in px.
 */
(function () {
  "use strict";

  const {SHAPES, styleOf, sizeAt, hatchOf, hatchFill} = window.fronteras.signs;
  const TILE = 256; // px
  const ANY = 3; // the type of areas in a vector tile
  const MANY = 64; // so many signs on one spot look like more of them
  const CROWD = 500; // signs in a tile; beyond, they are stamped on whole pixels

  const alike = (opacity, n) => 1 - (1 - opacity) ** n; // the opacity of n signs on one spot

  /* Tens of thousands of small things, written to pixels: as shapes they are slow, and one path of them all
   * would not darken where they overlap. */
  class Plate {
    constructor(width, height) {
      this.width = width;
      this.height = height;
      this.ink = new Float32Array(4 * width * height); // red, green, blue, each times the opacity, and the opacity
    }

    square(x, y, side, [red, green, blue], opacity) {
      const {ink, width, height} = this;
      const [west, east, north, south] = [x - side / 2, x + side / 2, y - side / 2, y + side / 2];
      const last = [Math.min(width, Math.ceil(east)), Math.min(height, Math.ceil(south))];
      for (let row = Math.max(0, Math.floor(north)); row < last[1]; row++) {
        const high = Math.min(row + 1, south) - Math.max(row, north);
        for (let column = Math.max(0, Math.floor(west)); column < last[0]; column++) {
          const covered = opacity * high * (Math.min(column + 1, east) - Math.max(column, west));
          const at = 4 * (row * width + column);
          const left = 1 - covered;
          ink[at] = red * covered + ink[at] * left;
          ink[at + 1] = green * covered + ink[at + 1] * left;
          ink[at + 2] = blue * covered + ink[at + 2] * left;
          ink[at + 3] = covered + ink[at + 3] * left;
        }
      }
    }

    /* The picture of a sign, its middle on the nearest pixel. */
    stamp(x, y, {side, ink: sign}) {
      const {ink, width, height} = this;
      const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)];
      const [west, east] = [Math.max(0, -left), Math.min(side, width - left)];
      for (let row = Math.max(0, -top); row < Math.min(side, height - top); row++) {
        let from = 4 * (row * side + west);
        let at = 4 * ((top + row) * width + left + west);
        for (const end = 4 * (row * side + east); from < end; from += 4, at += 4) {
          const rest = 1 - sign[from + 3];
          if (rest === 1) continue;
          for (let band = 0; band < 4; band++) ink[at + band] = sign[from + band] + ink[at + band] * rest;
        }
      }
    }

    print(context) {
      const {ink, width, height} = this;
      const picture = new ImageData(width, height);
      for (let at = 0; at < ink.length; at += 4) {
        const opacity = ink[at + 3];
        if (!opacity) continue;
        for (let band = 0; band < 3; band++) picture.data[at + band] = ink[at + band] / opacity;
        picture.data[at + 3] = 255 * opacity;
      }
      const plate = document.createElement("canvas"); // pixels put straight on the tile would wipe what is there
      plate.width = width;
      plate.height = height;
      plate.getContext("2d").putImageData(picture, 0, 0);
      context.drawImage(plate, 0, 0);
    }
  }

  class Painter {
    constructor(entry) {
      this.entry = entry;
      this.styles = new Map();
    }

    paint(canvas, tile, sheet) {
      const context = canvas.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      this.fills = new Map();
      if (this.entry.geometry === "point") {
        this._signs(context, tile, sheet);
        return;
      }
      for (const feature of tile.features) this._feature(context, feature, sheet);
      if (tile.cells.length) this._squares(context, tile.cells, sheet);
    }

    /* A feature's style with what Leaflet takes where nothing is said; its columns alone decide. */
    _style({properties, type}) {
      const key = `${type} ${Object.keys(this.entry.by || {}).map((column) => properties[column]).join("\n")}`;
      let style = this.styles.get(key);
      if (!style) {
        style = {...L.Path.prototype.options, fill: type !== 2, radius: 10, ...styleOf(this.entry, properties)};
        this.styles.set(key, style);
      }
      return style;
    }

    _feature(context, feature, sheet) {
      const style = this._style(feature);
      const path = new Path2D();
      for (const part of feature.parts) {
        path.moveTo(sheet.x + part[0] * sheet.unit, sheet.y + part[1] * sheet.unit);
        for (let at = 2; at < part.length; at += 2) path.lineTo(sheet.x + part[at] * sheet.unit, sheet.y + part[at + 1] * sheet.unit);
        if (feature.type === ANY) path.closePath();
      }
      this._finish(context, path, style, sheet);
    }

    _sign(style, x, y, {ratio, zoom}) {
      const radius = style.radius * sizeAt(zoom) * ratio;
      if (SHAPES[style.shape]) return new Path2D(SHAPES[style.shape](x, y, radius));
      const path = new Path2D();
      path.arc(x, y, radius, 0, 2 * Math.PI);
      return path;
    }

    _finish(context, path, style, sheet, n = 1) {
      if (style.fill) {
        context.globalAlpha = alike(style.fillOpacity, n);
        context.fillStyle = this._fill(context, style.fillColor || style.color, sheet);
        context.fill(path, style.fillRule);
      }
      if (style.stroke && style.weight) {
        context.globalAlpha = alike(style.opacity, n);
        context.strokeStyle = style.color;
        context.lineWidth = style.weight * sheet.ratio;
        context.lineCap = style.lineCap;
        context.lineJoin = style.lineJoin;
        context.setLineDash(style.dashArray ? String(style.dashArray).split(/[, ]+/).map((length) => length * sheet.ratio) : []);
        context.stroke(path);
      }
      context.globalAlpha = 1;
    }

    _fill(context, fill, {ratio, origin}) {
      const hatch = hatchOf(fill);
      if (!hatch) return fill;
      if (!this.fills.has(fill)) this.fills.set(fill, hatchFill(context, hatch, ratio, origin));
      return this.fills.get(fill);
    }

    /* Points, and for those too many to be told apart the layer's sign in the middle of each cell.
     *
     * A sign near the edge stands on two tiles. Features come with both; a cell comes with one tile only, so
     * the cells beside are painted too. Which sign lies on top is left to chance, the same in every tile and at
     * every painting: in the order of rows, each row would cover the one above.
     */
    _signs(context, tile, sheet) {
      const signs = [];
      const add = ({properties, parts: [points]}, dx, dy) => {
        const style = this._style({properties, type: 1});
        const reach = (style.radius * sizeAt(sheet.zoom) * 1.5 + style.weight) * (sheet.ratio / sheet.unit);
        const n = Math.min(MANY, properties.n || 1);
        for (let at = 0; at < points.length; at += 2) {
          const [x, y] = [points[at] + dx, points[at + 1] + dy];
          if (Math.min(x, y) < -reach || Math.max(x, y) > TILE + reach) continue;
          const [right, down] = [sheet.tile.x * TILE + x, sheet.tile.y * TILE + y].map((px) => px * 16);
          const chance = Math.imul(Math.imul(right, 0x9e3779b1) ^ down, 0x85ebca6b) >>> 0;
          signs.push({style, n, chance, x: sheet.x + x * sheet.unit, y: sheet.y + y * sheet.unit});
        }
      };
      for (const feature of [...tile.features, ...tile.cells]) add(feature, 0, 0);
      for (const [other, dx, dy] of sheet.beside) for (const cell of other.cells) add(cell, dx, dy);
      signs.sort((one, other) => one.chance - other.chance);
      if (signs.length <= CROWD) {
        for (const {style, n, x, y} of signs) this._finish(context, this._sign(style, x, y, sheet), style, sheet, n);
        return;
      }
      const plate = new Plate(context.canvas.width, context.canvas.height);
      const pictures = new Map(); // style -> one of each number of signs
      for (const {style, n, x, y} of signs) {
        if (!pictures.has(style)) pictures.set(style, []);
        const known = pictures.get(style);
        plate.stamp(x, y, known[n] = known[n] || this._picture(style, n, sheet));
      }
      plate.print(context);
    }

    _picture(style, n, sheet) {
      const half = Math.ceil((style.radius * sizeAt(sheet.zoom) + style.weight) * sheet.ratio) + 1;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 2 * half;
      const context = canvas.getContext("2d", {willReadFrequently: true});
      this._finish(context, this._sign(style, half, half, sheet), style, sheet, n);
      const {data} = context.getImageData(0, 0, 2 * half, 2 * half);
      const ink = Float32Array.from(data, (value, at) => (at % 4 === 3 ? value / 255 : (value * data[at - (at % 4) + 3]) / 255));
      return {side: 2 * half, ink};
    }

    /* The side of the square that has the ink of an area, or of a line, too small to be seen. */
    _side(s, w) {
      if (this.entry.geometry === "line") return w; // of a line the length is not told
      // A ring of side s with a stroke of width w covers s² + 2sw + πw²/4. Of a ring narrower than its stroke
      // renderers paint less, hardly more than its outline is long times w: the figures are matplotlib's (Agg).
      return Math.sqrt(Math.min(s ** 2 + 2 * s * w + (Math.PI / 4) * w ** 2, s ** 2 + 4.2 * s * w + 0.25 * w ** 2));
    }

    /* Areas and lines too small to be seen. n squares of side w dropped in a cell of side c cover, of the
     * (c + w)² they can reach, the part 1 - (1 - w² / (c + w)²)^n; their ink is spread over one square of
     * that size in the cell's middle. So one of them paints as much as its own outline, and many fill the cell. */
    _squares(context, cells, sheet) {
      const plate = new Plate(context.canvas.width, context.canvas.height);
      const cellSide = (this.entry.cell || 1) * sheet.unit;
      for (const cell of cells) {
        const style = this._style({properties: cell.properties, type: this.entry.geometry === "line" ? 2 : ANY});
        const stroked = style.stroke && style.weight > 0;
        const opacity = stroked ? style.opacity : style.fillOpacity;
        const own = this._side((cell.properties.s / 16) * sheet.unit, stroked ? style.weight * sheet.ratio : 0);
        const reach = cellSide + own;
        const part = (own / reach) ** 2;
        const covered = alike(part, cell.properties.n);
        const colour = this._rgb(stroked ? style.color : style.fillColor || style.color);
        const [points] = cell.parts;
        for (let at = 0; at < points.length; at += 2) {
          plate.square(sheet.x + points[at] * sheet.unit, sheet.y + points[at + 1] * sheet.unit, reach * Math.sqrt(covered), colour,
            alike(opacity * part, cell.properties.n) / covered);
        }
      }
      plate.print(context);
    }

    _rgb(colour) {
      const pen = (this.pen = this.pen || document.createElement("canvas").getContext("2d"));
      pen.fillStyle = (hatchOf(colour) || {colour}).colour;
      return [1, 3, 5].map((at) => parseInt(pen.fillStyle.slice(at, at + 2), 16)); // a canvas says #rrggbb
    }
  }

  window.fronteras.tiles = {TILE, Painter};
})();
