/* The time player: steps dated layers through their years without a run of the page.
 *
 *   new L.TimePlayer(map, {show(year), ahead(year), rest(year)})
 *
 * `show` asks the manager to draw a year (null: all years), `ahead` to fetch one early, `rest` to tell
 * the page of the year once the person has stopped on it. While it plays nothing is told. The player
 * leads from the first step until the page has heard of its year (`heard` comes back as the stamp that
 * `rest` was told under): a run of the page that was on its way meanwhile must not set it back.
 */
(function () {
  "use strict";

  const PAUSES_MS = {slow: 1600, normal: 800, fast: 250}; // between a year that is drawn and the next
  const REST_MS = 50; // the component waits another 250 ms before it tells the page
  const ICONS = {
    play: "M5 3l10 6-10 6z",
    pause: "M4 3h3.6v12H4zM10.4 3H14v12h-3.6z",
    back: "M3.5 3h2.2v12H3.5zM14.5 3v12L6.5 9z",
    on: "M12.3 3h2.2v12h-2.2zM3.5 3v12l8-6z",
  };

  function icon(name) {
    const svg = L.SVG.create("svg");
    svg.setAttribute("viewBox", "0 0 18 18");
    svg.setAttribute("aria-hidden", "true");
    const path = L.SVG.create("path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  const Bar = L.Control.extend({
    options: {position: "bottomcenter"},

    initialize(player) {
      this.player = player;
    },

    onAdd() {
      const {player} = this;
      const {texts} = player.told;
      const box = L.DomUtil.create("div", "time");
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", texts.label);
      const button = (name, act) => {
        const node = L.DomUtil.create("button", `time-${name}`, box);
        node.type = "button";
        node.append(icon(name));
        node.title = texts[name];
        node.setAttribute("aria-label", texts[name]);
        node.addEventListener("click", act);
        return node;
      };
      this.play = button("play", () => (player.playing ? player.pause() : player.play()));
      this.back = button("back", () => player.step(-1));
      this.on = button("on", () => player.step(1));
      this.figure = L.DomUtil.create("output", "time-year", box);
      this.figure.setAttribute("aria-live", "off"); // the slider says its year; read out as it plays it would never stop
      this.slider = L.DomUtil.create("input", "time-slider", box);
      Object.assign(this.slider, {type: "range", min: 0, step: 1});
      this.slider.setAttribute("aria-label", texts.year);
      this.slider.addEventListener("input", () => player.choose(player.told.years[Number(this.slider.value)]));
      this.speed = L.DomUtil.create("select", "time-speed", box);
      this.speed.title = texts.speed;
      this.speed.setAttribute("aria-label", texts.speed);
      for (const name of Object.keys(PAUSES_MS)) this.speed.append(new Option(texts[name], name, false, name === player.speed));
      this.speed.addEventListener("change", () => { player.speed = this.speed.value; });
      this.all = L.DomUtil.create("button", "time-all", box);
      this.all.type = "button";
      this.all.textContent = texts.all;
      this.all.addEventListener("click", () => player.choose(null));
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      L.DomEvent.on(box, "keydown keyup keypress", L.DomEvent.stopPropagation); // arrow keys belong to the slider
      this.update();
      return box;
    },

    update() {
      const {player} = this;
      const {texts, years, all} = player.told;
      this.slider.max = years.length - 1;
      this.slider.value = player.at();
      this.slider.setAttribute("aria-valuetext", player.words());
      const span = `${years[0]}–${years[years.length - 1]}`;
      this.figure.textContent = player.year === null && all ? span : player.words();
      this.figure.classList.toggle("time-words", player.year === null && all);
      this.back.disabled = player.year !== null && player.at() === 0;
      this.on.disabled = (player.year !== null || !all) && player.at() === years.length - 1;
      this.all.hidden = !all;
      this.all.setAttribute("aria-pressed", String(player.year === null));
      const now = player.playing ? "pause" : "play";
      if (this.shown !== now) {
        this.shown = now;
        // Not another icon: a click whose target has left the page is taken for one on the map.
        this.play.querySelector("path").setAttribute("d", ICONS[now]);
        this.play.title = texts[now];
        this.play.setAttribute("aria-label", texts[now]);
      }
    },
  });

  L.TimePlayer = class {
    constructor(map, {show, ahead, rest}) {
      Object.assign(this, {map, show, ahead, tell: rest});
      this.told = null; // what the page said last: years, year, latest, all, heard, texts
      this.year = null; // the year on the map; null is all years
      this.stamp = 0; // of the last year that the page was told
      this.playing = false;
      this.speed = "normal";
      if (!map._controlCorners.bottomcenter) {
        map._controlCorners.bottomcenter = L.DomUtil.create("div", "leaflet-bottom leaflet-center", map._controlContainer);
      }
      map.on("fronteras:drawn", () => this._drawn(), this);
    }

    /* Take over what the page says; the player's own year stays while the page does not know of it. */
    take(told) {
      const before = this.told;
      this.told = told || null;
      if (!told) {
        this.year = null;
        this._stop();
        if (this.bar) this.bar.remove();
        this.bar = null;
        return;
      }
      const leads = before && (this.playing || this.resting || (this.stamp && this.stamp !== told.heard));
      if (!leads) this.year = told.year;
      if (this.bar && JSON.stringify(before.texts) === JSON.stringify(told.texts)) {
        this.bar.update();
        return;
      }
      if (this.bar) this.bar.remove();
      this.bar = new Bar(this).addTo(this.map);
    }

    /* An entry with the addresses of the year on the map. */
    addressed(entry, year = this.year) {
      if (!entry.dated) return entry;
      const written = (address) => (year === null ? address.replace(/[?&]year=\{year\}$/, "") : address.replace("{year}", year));
      return {...entry, ...(entry.at ? {url: written(entry.at)} : {}), ...(entry.values_at ? {values_url: written(entry.values_at)} : {})};
    }

    /* Position of the year among those offered: the last one not after it. */
    at() {
      const {years, latest} = this.told;
      const year = this.year === null ? latest : this.year;
      return Math.max(0, years.findLastIndex((each) => each <= year));
    }

    words() {
      if (this.year !== null) return String(this.year);
      return this.told.all ? this.told.texts.all : String(this.told.latest);
    }

    play() {
      const {years, all} = this.told;
      clearTimeout(this.resting);
      this.resting = null;
      this.playing = true;
      const fromStart = (this.year === null && all) || this.at() === years.length - 1;
      this._show(years[fromStart ? 0 : this.at() + 1]);
    }

    pause() {
      if (!this.playing) return;
      this._stop();
      this.bar.update();
      this._rest();
    }

    step(by) {
      const {years, all} = this.told;
      if (this.year === null && all) this.choose(by > 0 ? years[0] : years[years.length - 1]);
      else this.choose(years[Math.min(years.length - 1, Math.max(0, this.at() + by))]);
    }

    /* A year that the person chose: shown at once, told when it rests. */
    choose(year) {
      this._stop();
      this._show(year);
      this._rest();
    }

    /* Stop, and tell the page at once: a click asks about the year that is on the map. */
    settle() {
      if (!this.playing && !this.resting) return;
      this._stop();
      this.bar.update();
      this._tell();
    }

    _show(year) {
      this.year = year;
      this.waiting = true;
      this.bar.update();
      this.show(year);
    }

    _drawn() {
      if (!this.playing || !this.waiting) return;
      this.waiting = false;
      const {years} = this.told;
      const next = this.at() + 1;
      if (next >= years.length) {
        this.pause();
        return;
      }
      this.ahead(years[next]);
      this.timer = setTimeout(() => this._show(years[next]), PAUSES_MS[this.speed]);
    }

    _stop() {
      clearTimeout(this.timer);
      clearTimeout(this.resting);
      this.resting = null;
      this.playing = false;
      this.waiting = false;
    }

    _rest() {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this._tell(), REST_MS);
    }

    _tell() {
      clearTimeout(this.resting);
      this.resting = null;
      this.stamp = Date.now();
      this.tell(this.year, this.stamp);
    }
  };
})();
