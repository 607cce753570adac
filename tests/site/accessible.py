"""What axe finds on a page, without asking twice whether words that look the same can be read.

Whether the contrast of words is enough takes axe nine tenths of its time, and most words of a site look the same on every page. So it is asked about the
first words of each look only; a look counts as known once axe said that words of it pass. All other rules look at every page whole.
"""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe

LOOKS = """
const WORDS = ["color", "font-size", "font-weight", "font-family", "text-shadow", "text-indent", "-webkit-text-stroke", "-webkit-text-fill-color"];
const BENEATH = ["background-color", "background-image", "background-clip", "opacity", "filter", "mix-blend-mode"];
const PLAIN = "rgba(0, 0, 0, 0),none,border-box,1,none,normal";

// How the place is painted that a box lies in: the boxes around it that paint anything. None is known (null) of what lies out of the flow or beside
// the box that it is in: there, other boxes may be beneath.
const painted = new Map([[null, ""]]);
function beneath(box) {
  if (!painted.has(box)) {
    const around = box.parentElement, style = getComputedStyle(box), own = BENEATH.map((name) => style.getPropertyValue(name)).join();
    const below = beneath(around);
    const apart = ["absolute", "fixed"].includes(style.position) || (around && getComputedStyle(around).overflow === "visible" && !within(box, around));
    painted.set(box, below === null || apart ? null : own === PLAIN ? below : `${below}|${own}`);
  }
  return painted.get(box);
}

function within(box, around) {
  const [inner, outer] = [box, around].map((one) => one.getBoundingClientRect());
  return inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
}

function look(box) {
  const style = getComputedStyle(box), place = beneath(box);
  return place === null ? null : `${box.matches(FIELDS)} ${WORDS.map((name) => style.getPropertyValue(name))} on ${place}`;
}

const FIELDS = "input, select, textarea";
const written = () => [...document.body.querySelectorAll("*")].filter((box) => box.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  && (box.matches(FIELDS) || [...box.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())));
"""
RUN = f"""async ([others, known]) => {{ {LOOKS}
const options = {{ preload: false, elementRef: true, resultTypes: ["violations", "passes"] }};
const {{ violations }} = await axe.run(document, {{ ...options, ...others, resultTypes: ["violations"] }});
const looks = new Set(known), words = new Map(written().map((box) => [box, look(box)]));
const asked = [...words.keys()].filter((box) => !looks.has(words.get(box)));
if (asked.length) {{
  const found = await axe.run({{ include: asked }}, {{ ...options, runOnly: ["color-contrast"] }});
  violations.push(...found.violations);
  found.passes.flatMap((rule) => rule.nodes).forEach((node) => looks.add(words.get(node.element)));
  looks.delete(null);
}}
return [violations.map(({{ id, impact, nodes }}) => ({{ id, impact, nodes: nodes.map(({{ target, html }}) => ({{ target, html }})) }})), [...looks]];
}}"""
ALL = {"rules": {"color-contrast": {"enabled": False}}}
COLOURS = {"runOnly": ["link-in-text-block"]}
"""What axe is asked besides the contrast of words: everything, or what else looks at colours."""
WIDEST = """() => [...document.querySelectorAll('.md-main *, .md-banner *, .md-footer *')]
  .filter(box => box.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map(box => box.outerHTML.slice(0, 120))"""


BOXES = """() => [...document.body.querySelectorAll(':not([data-md-component=palette] *)')].map(box => {
  const { x, y, width, height } = box.getBoundingClientRect(), shown = width && height && box.checkVisibility({ visibilityProperty: true });
  return [box.tagName, ...(shown ? [x, y, width, height] : [])].join();
})"""


def violations(page: Any, known: set[str], others: dict[str, Any] = ALL) -> list[str]:
    """What axe finds on the page that is shown, a line each, and what makes it scroll sideways. `known` are the looks of words that can be read; those that
    are found now come to it."""
    page.evaluate(Axe().axe_script)
    found, looks = page.evaluate(RUN, [others, sorted(known)])
    known.update(looks)
    lines = [f"{rule['id']} ({rule['impact']}): {json.dumps(node['target'])} {node['html'][:160]}" for rule in found for node in rule["nodes"][:3]]
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    return lines + ([f"scrolls sideways by {wide} pixels: {page.evaluate(WIDEST)}"] if wide > 0 else [])


def boxes(page: Any) -> list[str]:
    """Every box of the page: what it is, and where it lies if it is shown; without the switch of the colours, which says another word in each."""
    return list(page.evaluate(BOXES))
