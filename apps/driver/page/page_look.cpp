#include "tarn/apps/driver/page/page_look.hpp"

namespace tarn::apps {

const char* page_icon() {
  return "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' "
         "fill='%230e7490'/%3E%3Cpath d='M2 11c3-7 4 2 6-2s3-5 6-1' fill='none' stroke='white' "
         "stroke-width='1.8' stroke-linecap='round'/%3E%3C/svg%3E";
}

const char* page_style() {
  return R"css(:root {
  --back: #f4f6f8; --card: #fff; --line: #dde3e9; --ink: #17212b; --soft: #5a6875; --accent: #0e7490;
  --bar: #cfe8ee; --track: #e3e9ee; --code: #f1f4f7;
  --blue: #0e7490; --green: #1a7f45; --amber: #9a5b00; --red: #b3261e;
  --blue-back: #dff2f6; --green-back: #dff4e6; --amber-back: #fdf0d8; --red-back: #fbe4e2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #10161c; --card: #18212a; --line: #2b3845; --ink: #e6ecf1; --soft: #9fb0bf; --accent: #4cc4dd;
    --bar: #1d4a56; --track: #2a3642; --code: #111920;
    --blue: #6fd3e8; --green: #74d99b; --amber: #f2bd66; --red: #ff9d94;
    --blue-back: #12323b; --green-back: #143324; --amber-back: #3a2c12; --red-back: #431d1b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: clamp(12px, 3vw, 32px); max-width: 1240px; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
header, section {
  background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: clamp(14px, 2.4vw, 24px);
  margin: 0 0 16px; min-width: 0;
}
h1 { margin: 0; font-size: clamp(1.4rem, 5vw, 2rem); line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 12px; font-size: 1.1rem; }
h3 { margin: 0 0 8px; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 8px 0; overflow-wrap: anywhere; }
.eyebrow { margin: 0 0 2px; color: var(--soft); font-size: .9rem; }
.small { color: var(--soft); font-size: .875rem; }
.headline { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; }
.badge { border-radius: 99px; padding: 2px 12px; font-weight: 600; font-size: .9rem; white-space: nowrap; }
.badge.running { color: var(--blue); background: var(--blue-back); }
.badge.done { color: var(--green); background: var(--green-back); }
.badge.stopped { color: var(--amber); background: var(--amber-back); }
.badge.failed { color: var(--red); background: var(--red-back); }
.progress { display: flex; gap: 12px; align-items: center; margin: 16px 0 8px; }
.progress b { font-variant-numeric: tabular-nums; }
.track { flex: 1; height: 12px; border-radius: 99px; background: var(--track); overflow: hidden; }
.track div { height: 100%; border-radius: 99px; background: var(--accent); }
.progress-facts { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 0; padding: 0; list-style: none;
  font-variant-numeric: tabular-nums; }
.reason { font-weight: 600; }
.told { margin: 0; padding: 0; list-style: none; }
.told li { padding: 8px 12px; margin: 0 0 6px; border-radius: 6px; border-left: 4px solid var(--accent);
  background: var(--blue-back); overflow-wrap: anywhere; }
.told .warning { border-color: var(--amber); background: var(--amber-back); }
.told li:last-child { margin: 0; }
.cards { display: grid; gap: 20px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.columns { display: grid; gap: 0 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr));
  align-items: start; }
.plots { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); }
figure { margin: 0; min-width: 0; }
.frames { display: flex; gap: 8px; overflow-x: auto; scroll-snap-type: x mandatory; border-radius: 8px; }
.frames figure { flex: 0 0 100%; scroll-snap-align: start; }
.frames img { display: block; max-width: 100%; height: auto; margin: 0 auto; border-radius: 8px; background: #fff; }
.frames figcaption { color: var(--soft); font-size: .875rem; text-align: center; }
.frames [hidden], .js .frames figcaption { display: none; }
.slider { display: flex; gap: 10px; align-items: center; margin: 8px 0 0; }
.slider input { flex: 1; min-width: 0; accent-color: var(--accent); height: 28px; }
.slider output { min-width: 7.5em; text-align: right; font-variant-numeric: tabular-nums; font-size: .9rem; }
button { font: inherit; font-size: .9rem; color: inherit; background: var(--code); border: 1px solid var(--line);
  border-radius: 8px; padding: 4px 12px; min-width: 5.2em; cursor: pointer; }
.plot figcaption { font-size: .95rem; margin: 0 0 4px; overflow-wrap: anywhere; }
.plot figcaption b { float: right; font-variant-numeric: tabular-nums; }
.plot svg { display: block; width: 100%; height: auto; overflow: visible; }
.plot { padding-right: 10px; }
.plot text { font-size: 12px; fill: var(--soft); }
.plot .grid { stroke: var(--line); fill: none; }
.plot .tick, .plot .axis { stroke: var(--soft); fill: none; }
.plot .line { stroke: var(--accent); stroke-width: 2; fill: none; stroke-linejoin: round; stroke-linecap: round; }
.plot label { font-size: .8rem; color: var(--soft); margin: 0 10px 0 3px; }
.plot input { accent-color: var(--accent); margin: 0; vertical-align: -2px; }
.plot input:nth-of-type(1):checked ~ .log, .plot input:nth-of-type(2):checked ~ .linear { display: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 5px 8px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; border-bottom: 2px solid var(--line); }
.facts th { color: var(--soft); font-weight: 400; width: 8.5em; padding-left: 0; }
.facts td { overflow-wrap: anywhere; }
.numbers td, .numbers thead th:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; }
.numbers th[scope=row] { font-weight: 400; }
.numbers th:first-child { padding-left: 0; }
.meter { background: linear-gradient(var(--bar), var(--bar)) no-repeat 100% 50% / var(--share) 70%; }
code { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
pre { margin: 0; padding: 12px; overflow-x: auto; background: var(--code); border-radius: 8px; }
#restart code { white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--accent); }
details pre { margin-top: 10px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 520px) {
  .extra { display: none; }
  th, td { padding: 5px 4px; }
  .facts th { width: 6.5em; }
  .numbers { font-size: .875rem; }
}
@media (prefers-color-scheme: dark) { .frames img { filter: brightness(.9); } }
@media print {
  :root { --back: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #fff; --track: #ddd;
    --bar: #ddd; --accent: #0e7490; }
  body { padding: 0; max-width: none; font-size: 11pt; }
  header, section { border: 0; border-radius: 0; padding: 0; margin: 0 0 14pt; }
  .track, .track div, .meter, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .slider, .plot input, .plot label, summary { display: none; }
  .frames { display: block; }
  .frames figure:not(:first-child) { display: none; }
  .frames figure:first-child, .js .frames figcaption { display: block; }
  .frames img { max-height: 12cm; width: auto; filter: none; }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0; }
}
)css";
}

const char* page_script() {
  return R"js((function () {
  'use strict';
  document.documentElement.classList.add('js');
  var key = 'tarn ' + location.pathname, kept = {};
  try { kept = JSON.parse(sessionStorage.getItem(key)) || {}; } catch (refused) { kept = {}; }
  function keep(name, value) {
    kept[name] = value;
    try { sessionStorage.setItem(key, JSON.stringify(kept)); } catch (refused) { /* it is forgotten */ }
  }

  document.querySelectorAll('.series').forEach(function (series) {
    var name = 'step of ' + series.dataset.series;
    var frames = Array.from(series.querySelectorAll('figure')).reverse();
    var last = frames.length - 1, timer = null;
    var slider = document.createElement('div'), play = document.createElement('button');
    var range = document.createElement('input'), shown = document.createElement('output');
    slider.className = 'slider';
    play.type = 'button';
    range.type = 'range';
    range.min = 0;
    range.max = last;
    range.setAttribute('aria-label', 'picture of ' + series.dataset.series);
    series.querySelector('.frames').removeAttribute('tabindex');
    function show(number) {
      frames.forEach(function (frame, n) { frame.hidden = n !== number; });
      range.value = number;
      shown.textContent = frames[number].dataset.caption;
      range.setAttribute('aria-valuetext', shown.textContent);
    }
    function choose(number) {
      show(number);
      keep(name, number === last ? null : frames[number].dataset.caption);
    }
    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = 'Play';
    }
    range.addEventListener('input', function () { stop(); choose(Number(range.value)); });
    play.addEventListener('click', function () {
      if (timer) { stop(); choose(Number(range.value)); return; }
      var number = Number(range.value) === last ? -1 : Number(range.value);
      play.textContent = 'Pause';
      timer = setInterval(function () {
        number += 1;
        show(number);
        if (number === last) { stop(); choose(last); }
      }, 150);
    });
    stop();
    slider.append(play, range, shown);
    if (last > 0) { series.querySelector('.frames').after(slider); }
    var before = frames.findIndex(function (frame) { return frame.dataset.caption === kept[name]; });
    show(before < 0 ? last : before);
  });

  document.querySelectorAll('input[type=radio]').forEach(function (input) {
    if (kept[input.name] === input.id) { input.checked = true; }
    input.addEventListener('change', function () { keep(input.name, input.id); });
  });
  document.querySelectorAll('details').forEach(function (fold, number) {
    if (kept['fold ' + number]) { fold.open = true; }
    fold.addEventListener('toggle', function () { keep('fold ' + number, fold.open); });
  });

  var life = document.getElementById('life'), period = Number(life.dataset.period);
  function look() {
    var silent = Math.round(Date.now() / 1000 - Number(life.dataset.written));
    if (silent < 60 + 6 * period) { return; }
    var status = document.getElementById('status');
    status.className = 'badge failed';
    status.textContent = 'no sign of life for ' + (silent < 7200 ? Math.round(silent / 60) + ' min'
      : Math.round(silent / 3600) + ' h');
  }
  if (period > 0) { look(); setInterval(look, 5000); }
})();
)js";
}

}  // namespace tarn::apps
