/* Runs first in every frame: notes when something was clicked and when a map stood painted, in milliseconds since 1970. */
(() => {
  const bench = (window.bench = {painted: [], clicked: []});
  const now = () => performance.timeOrigin + performance.now();
  // What was put into the document before a frame has been painted when the next frame begins.
  const nextFrame = (then) => requestAnimationFrame(then);
  const painted = () => bench.painted.push(now());
  addEventListener("click", () => bench.clicked.push(now()), true);

  // The baselines' maps are drawn when as many shapes as the frames have rows are in the document.
  let isComplete = false;
  const look = () => {
    const wanted = window.benchShapes;
    if (wanted === undefined || !document.querySelector(".leaflet-map-pane")) return;
    const isNow = document.querySelectorAll(".leaflet-interactive").length === wanted;
    if (isNow && !isComplete) nextFrame(() => nextFrame(painted));
    isComplete = isNow;
  };

  const watch = () => {
    new MutationObserver(look).observe(document, {childList: true, subtree: true});
    // Our map says itself when all requested layers are on it, within a frame.
    new PerformanceObserver((list) => list.getEntriesByName("fronteras:drawn").forEach(() => nextFrame(painted))).observe({type: "mark"});
  };
  // A new frame begins as a blank document in the same window, and this script does not run again for the real one.
  addEventListener("DOMContentLoaded", watch);
})();
