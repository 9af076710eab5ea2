#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contrast of the app's colours (WCAG 2.1, 1.4.3 and 1.4.11), computed from its style sheets over libadwaita's own named
colours, in the four looks: light, dark, high contrast, dark high contrast. Text needs 4.5:1 on every ground on which it
may stand; bars, shapes and rings need 3:1.

    test-contrast.py UI/KIOSK
"""
import ctypes
import pathlib
import re
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio  # noqa: E402

SHEETS = pathlib.Path(sys.argv[1])
# The grounds of libadwaita on which our pages put words.
GROUNDS = ("window_bg_color", "view_bg_color", "card_bg_color", "dialog_bg_color")
WORDS = {"white": "#ffffff", "black": "#000000", "transparent": "rgba(0,0,0,0)"}
LOOKS = {
    "light": ("light", False, ["style.css"]),
    "dark": ("dark", False, ["style.css", "style-dark.css"]),
    "high contrast": ("light", True, ["style.css", "style-hc.css"]),
    "dark high contrast": ("dark", True, ["style.css", "style-dark.css", "style-hc.css", "style-hc-dark.css"]),
    # What a citizen turns on at the kiosk; it makes the look light too.
    "kiosk's contrast": ("light", False, ["style.css", "style-contrast.css"]),
}
# Named pairs: words in the first colour stand on the second.
PAIRS = [("accent_fg_color", "accent_bg_color"), ("waiting_color", "waiting_bg_color"), ("trouble_color", "trouble_bg_color")]
TEXT, MARK = 4.5, 3.0
# What is drawn and not read: the least for shapes and bars.
MARKS = re.compile(r"progress|bar\b|trough|ring|mark|separator|thumbnail|image|picture|outline|border")


def adwaita(name):
    ctypes.CDLL("libadwaita-1.so.0")
    return Gio.resources_lookup_data(f"/org/gnome/Adwaita/styles/{name}.css", 0).get_data().decode()


def strip(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


def defines(css):
    return dict(re.findall(r"@define-color\s+([\w-]+)\s+([^;]+);", strip(css)))


def rules(css):
    css = re.sub(r"@define-color[^;]*;", "", strip(css))
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        pairs = (p.split(":", 1) for p in body.split(";") if ":" in p)
        yield " ".join(selector.split()), {k.strip(): v.strip() for k, v in pairs}


def arguments(text):
    out, depth, word = [], 0, ""
    for c in text:
        if c == "," and depth == 0:
            out.append(word.strip())
            word = ""
            continue
        depth += (c == "(") - (c == ")")
        word += c
    return [*out, word.strip()]


class Look:
    def __init__(self, scheme, high_contrast, sheets):
        self.named = defines(adwaita("base-hc" if high_contrast else "base"))
        self.named |= defines(adwaita(f"defaults-{scheme}"))
        if high_contrast:
            # What base-hc.css does to defaults: the words at full strength.
            for name in [n for n in self.named if n.endswith("_fg_color") and "accent" not in n]:
                if self.named[name].startswith("rgba(0, 0, 0"):
                    self.named[name] = "#000000"
        # What libadwaita makes of secondary text, unless we say otherwise.
        self.rules = {".dim-label": {"opacity": "0.9" if high_contrast else "0.55"}}
        for sheet in sheets:
            path = SHEETS / sheet
            css = path.read_text() if path.exists() else ""
            self.named |= defines(css)
            for selectors, body in rules(css):
                for selector in selectors.split(","):
                    self.rules.setdefault(selector.strip(), {}).update(body)

    def colour(self, text, current=None):
        """(r, g, b, a), each of 0 to 1; None for what is not a colour (an image, inherit)."""
        text = WORDS.get(text, text)
        if m := re.fullmatch(r"#([0-9a-fA-F]{3,8})", text):
            digits = m[1] if len(m[1]) > 4 else "".join(c * 2 for c in m[1])
            parts = [int(digits[i:i + 2], 16) / 255 for i in range(0, len(digits), 2)]
            return tuple(parts + [1.0])[:4]
        if text.startswith("@"):
            return self.colour(self.named[text[1:]], current)
        if text.lower() == "currentcolor":
            return current
        if m := re.fullmatch(r"(\w+)\((.*)\)", text, flags=re.S):
            name, args = m[1], arguments(m[2])
            if name in ("rgb", "rgba"):
                value = [float(a) for a in args]
                return (value[0] / 255, value[1] / 255, value[2] / 255, value[3] if len(value) > 3 else 1.0)
            first = self.colour(args[0], current)
            if first is None:
                return None
            if name == "alpha":
                return (*first[:3], first[3] * float(args[1]))
            if name == "mix":
                second, part = self.colour(args[1], current), float(args[2])
                return tuple(a * (1 - part) + b * part for a, b in zip(first, second))
        return None


def over(top, ground):
    return tuple(t * top[3] + g * (1 - top[3]) for t, g in zip(top[:3], ground[:3])) + (1.0,)


def luminance(colour):
    def channel(c):
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    r, g, b = (channel(c) for c in colour[:3])
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(front, ground):
    front = over(front, ground)
    a, b = sorted((luminance(front), luminance(ground)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def around(look, selector, grounds):
    """The grounds on which a rule's words may stand: those of its nearest ancestor that has a ground of its own, such as the camera's black. A veil lies over
    a picture, which may be as bright as white."""
    words = selector.split()
    for i in range(len(words) - 1, 0, -1):
        body = look.rules.get(" ".join(words[:i]), {})
        back = look.colour(body.get("background-color", ""))
        if back is not None:
            picture = {words[i - 1]: (1, 1, 1, 1)}
            return {name: over(back, below) for name, below in (picture if words[0] == ".camera" else grounds).items()}
    return grounds


def measure(look):
    """Every (what, ground, ratio, least)."""
    window = look.colour("@window_bg_color")
    grounds = {name: over(look.colour(f"@{name}"), window) for name in GROUNDS}
    for front, back in PAIRS:
        if front in look.named and back in look.named:
            ground = over(look.colour(f"@{back}"), window)
            yield f"@{front}", f"@{back}", ratio(look.colour(f"@{front}"), ground), TEXT
    for selector, body in look.rules.items():
        # WCAG 2.1, 1.4.3: what cannot be pressed now needs no contrast.
        if ":disabled" in selector:
            continue
        least = MARK if MARKS.search(selector) else TEXT
        own = look.colour(body["color"]) if "color" in body else None
        back = body.get("background-color") or body.get("background")
        for name, below in around(look, selector, grounds).items():
            front = own or look.colour("@window_fg_color")
            if "opacity" in body:
                front = (*front[:3], front[3] * float(body["opacity"]))
            ground = look.colour(back, front) if back else None
            if ground is not None:
                # A ground of its own carries its own words; a mark of one colour stands out from what is around it.
                if least == TEXT:
                    yield selector, f"{back} on {name}", ratio(front, over(ground, below)), TEXT
                elif ground[3] > 0.5:
                    yield selector, name, ratio(ground, below), MARK
            elif own is not None or "opacity" in body:
                yield selector, name, ratio(front, below), least


def main():
    print(f"1..{len(LOOKS) + 1}")
    number, failed = 0, False

    def report(good, what, faults):
        nonlocal number, failed
        number += 1
        failed |= not good
        print(f"{'ok' if good else 'not ok'} {number} - {what}")
        for fault in faults:
            print(f"# {fault}")

    # The measure itself: black on white is 21, the grey of WCAG's example just passes.
    known = [ratio((0, 0, 0, 1), (1, 1, 1, 1)), ratio(Look.colour(None, "#767676"), (1, 1, 1, 1)), ratio((0, 0, 0, .5), (1, 1, 1, 1))]
    report([round(k, 2) for k in known] == [21.0, 4.54, 3.98], "the measure gives the known ratios", [str(known)])
    for name, parts in LOOKS.items():
        found = list(measure(Look(*parts)))
        faults = [f"{what} on {ground}: {value:.2f}:1, needs {least}:1" for what, ground, value, least in found if value < least]
        lowest = min(found, key=lambda f: f[2] / f[3], default=None)
        good = not faults and len(found) > 40
        report(good, f"{name}: {len(found)} pairs", faults or [f"lowest: {lowest[0]} on {lowest[1]} {lowest[2]:.2f}:1"])
    sys.exit(1 if failed else 0)


main()
