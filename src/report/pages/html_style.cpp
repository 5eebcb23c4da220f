#include "report/pages/html.h"

namespace scalemark::report {

std::string html_style() {
  return R"(
:root { --paper: #fff; --ink: #1a1c20; --muted: #5b6270; --rule: #d7dbe2; --panel: #f5f6f9; --warn: #9a3412;
  --c0: #0b62b0; --c1: #c2410c; --c2: #0f7b55; --c3: #8b3fa8; --c4: #a66f00; --c5: #b01657; --c6: #0e7490; --c7: #5d6a15;
  --gap: #aab1bd; --total: #56617a; --loss: #c2410c; --gain: #0f7b55; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --ink: #e6e9ee; --muted: #a2abb9; --rule: #363d48;
  --panel: #1d2128; --warn: #fdba74;
  --c0: #6ab0f3; --c1: #fb923c; --c2: #4ec99a; --c3: #cf93ea; --c4: #e0b341; --c5: #f580ab; --c6: #4cc3de; --c7: #b9c95c;
  --gap: #59616e; --total: #8e9bb5; --loss: #fb923c; --gain: #4ec99a; } }
* { box-sizing: border-box; }
html { color-scheme: light dark; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 48px 0 8px; padding-top: 12px; border-top: 1px solid var(--rule); }
p { margin: 0 0 12px; max-width: 78ch; overflow-wrap: anywhere; }
a { color: var(--c0); }
header p { margin: 0; }
.muted, .explanation, .empty, figcaption, .footnotes { color: var(--muted); }
.explanation, figcaption, .footnotes { font-size: .875rem; }
.summary { font-size: 1.125rem; max-width: 70ch; }
.notes { padding-left: 20px; max-width: 78ch; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 12px 16px; margin: 24px 0 0; background: var(--panel); border-radius: 8px; font-size: .875rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 24px 40px; margin: 16px 0; align-items: start; }
.figures.many { gap: 28px 32px; }
figure { margin: 0; max-width: 560px; min-width: 0; break-inside: avoid; }
figure > svg { display: block; width: 100%; height: auto; overflow: hidden; }
figcaption { margin-top: 6px; overflow-wrap: anywhere; }
.many figure { display: flex; flex-direction: column; }
.many figcaption { order: -1; margin: 0 0 8px; color: var(--ink); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 0; margin: 6px 0 0; font-size: .8125rem; }
.legend li { display: flex; align-items: center; gap: 6px; overflow-wrap: anywhere; }
.legend li::before { content: ""; flex: none; width: 24px; border-top: 2px solid var(--c); }
.legend .d1::before { border-top-style: dashed; } .legend .d2::before { border-top-style: dotted; } .legend .d3::before { border-top-style: double; border-top-width: 3px; }
.legend .square::before { width: 12px; height: 12px; border: 0; background: var(--c); }
.legend .reference::before { border-top: 2px dashed var(--muted); }
svg text { font: 12px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
svg .muted { fill: var(--muted); }
.grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.axis { stroke: var(--muted); stroke-width: 1; fill: none; }
.ideal { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 5 4; fill: none; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); } .gap { --c: var(--gap); }
.series { stroke: var(--c); stroke-width: 2; fill: none; stroke-linejoin: round; }
.series.d1 { stroke-dasharray: 7 3; } .series.d2 { stroke-dasharray: 2 3; } .series.d3 { stroke-dasharray: 9 3 2 3; }
.marks { stroke: var(--c); stroke-width: 6.5; stroke-linecap: round; fill: none; }
.band { fill: var(--c); opacity: .16; }
.fill { fill: var(--c); }
.total { fill: var(--total); } .loss { fill: var(--loss); } .gain { fill: var(--gain); }
.whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; } .connector { stroke: var(--muted); stroke-width: 1; fill: none; }
.strip { fill: var(--panel); } .dots { stroke: var(--c0); stroke-width: 2.4; stroke-linecap: round; fill: none; opacity: .75; }
.scroll { overflow-x: auto; margin: 12px 0; max-width: 100%; }
.scroll:focus-visible { outline: 2px solid var(--c0); }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px 5px 0; text-align: right; vertical-align: top; border-bottom: 1px solid var(--rule); }
thead th { border-bottom: 2px solid var(--rule); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; position: sticky; left: 0; background: var(--paper); max-width: 40ch; overflow-wrap: break-word; }
th:first-child, .t { text-align: left; }
td.t { max-width: 60ch; overflow-wrap: break-word; } td.long { min-width: 34ch; overflow-wrap: anywhere; }
td small { display: block; width: max-content; max-width: 30ch; margin-left: auto; color: var(--warn); font-size: .8125rem; line-height: 1.35; text-align: left; overflow-wrap: anywhere; }
sup { color: var(--warn); margin-left: 3px; line-height: 0; }
.footnotes { margin: 0 0 12px; padding-left: 20px; max-width: 78ch; }
details { margin: 12px 0; } summary { cursor: pointer; font-size: .875rem; color: var(--c0); }
pre { overflow-x: auto; background: var(--panel); padding: 12px; border-radius: 8px; font-size: .8125rem; }
@media (max-width: 600px) { tbody th { max-width: 38vw; min-width: 12ch; } main { padding-top: 16px; } h2 { margin-top: 36px; } }
@media print { :root { --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; --panel: #f2f2f2; --c0: #0b62b0; --c1: #c2410c; --c2: #0f7b55;
  --c3: #8b3fa8; --c4: #a66f00; --c5: #b01657; --c6: #0e7490; --c7: #5d6a15; --gap: #aab1bd; --total: #56617a; --loss: #c2410c; --gain: #0f7b55; }
  html { color-scheme: light; } body { font-size: 10pt; } main { max-width: none; padding: 0; } nav { display: none; }
  .scroll { overflow: visible; } table { font-size: 7pt; } th, td { padding: 2px 6px 2px 0; } tbody th { position: static; max-width: 22ch; overflow-wrap: anywhere; }
  td small { font-size: inherit; width: auto; max-width: 24ch; } td.long { min-width: 20ch; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; display: block; } summary { list-style: none; }
  * { print-color-adjust: exact; } }
)";
}

}  // namespace scalemark::report
