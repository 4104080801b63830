"""Reads folders of pictures with other decoders, as scan-images does with ours.

Arguments: folders. Writes one JSON object: {decoder: {folder: {"images", "right", "wrong", "missed",
"false_positives", "millis"}}}. One thread; loading a picture is not timed.
"""

import json
import pathlib
import sys
import time

import numpy
import zxingcpp
from PIL import Image

try:
    import zbar
except ImportError:
    zbar = None

RETAIL = {"EAN13", "EAN8", "UPCA", "UPCE", "DataBarOmni", "DataBarStk", "DataBarStkOmni", "DataBarLtd", "DataBar"}


def grey(path):
    image = Image.open(path).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return numpy.array(Image.alpha_composite(paper, image).convert("L"))


def expand(text):
    """The twelve digits of a UPC-E in eight."""
    if len(text) != 8:
        return text
    s, a, b, c, d, e, f, k = text
    if f in "012":
        return f"{s}{a}{b}{f}0000{c}{d}{e}{k}"
    if f == "3":
        return f"{s}{a}{b}{c}00000{d}{e}{k}"
    if f == "4":
        return f"{s}{a}{b}{c}{d}00000{e}{k}"
    return f"{s}{a}{b}{c}{d}{e}0000{f}{k}"


def same(text, expected):
    """Retail codes as GTIN-14, others as they are; a kind is not compared, as decoders name them differently."""
    plain = lambda text: text.replace("\x1d", "").replace("\r", "").rstrip("\n")
    text, expected = plain(text), plain(expected)
    if text == expected or "01" + text == expected:
        return True
    if text.isdigit() and expected.isdigit():
        number = lambda digits: digits.lstrip("0")
        forms = {number(text), number(expand(text)), number(text[2:]) if len(text) == 16 else number(text)}
        return bool(forms & {number(expected), number(expand(expected))})
    return False


def zxing(**options):
    formats = zxingcpp.barcode_formats_from_str("EANUPC,ITF,Code128,Code39,DataBar,QRCode,DataMatrix")

    def read(pixels):
        found = zxingcpp.read_barcodes(pixels, formats=formats, text_mode=zxingcpp.TextMode.Plain, **options)
        return [code.text for code in found]

    return read


def zbar_reader():
    enable, disable = ("ZBAR_CFG_ENABLE", 1), ("ZBAR_CFG_ENABLE", 0)
    # Books as the EAN-13 that is printed. This build knows no DataBar.
    kinds = {"ZBAR_ISBN10": disable, "ZBAR_ISBN13": disable, "ZBAR_EAN13": enable}
    scanner = zbar.Scanner([(kind, *setting) for kind, setting in kinds.items()])
    return lambda pixels: [code.data.decode("utf-8", "replace") for code in scanner.scan(pixels)]


decoders = {
    "zxing-cpp": zxing(),
    "zxing-cpp, fast": zxing(try_rotate=False, try_downscale=False, try_invert=False),
}
if zbar:
    decoders["ZBar"] = zbar_reader()

report = {name: {} for name in decoders}
for folder in map(pathlib.Path, sys.argv[1:]):
    is_empty = folder.name.startswith("falsepositives")
    rows = {
        name: dict(images=0, right=0, wrong=0, missed=0, false_positives=0, millis=[]) for name in decoders
    }
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
            continue
        text = path.with_suffix(".txt")
        if not text.exists() and not is_empty:
            continue
        expected = None if is_empty else text.read_text(encoding="utf-8")
        pixels = grey(path)
        for name, read in decoders.items():
            row = rows[name]
            began = time.perf_counter()
            texts = read(pixels)
            row["millis"].append((time.perf_counter() - began) * 1e3)
            row["images"] += 1
            if is_empty:
                row["false_positives"] += len(texts)
            elif any(not same(text, expected) for text in texts):
                row["wrong"] += 1
            elif texts:
                row["right"] += 1
            else:
                row["missed"] += 1
    for name, row in rows.items():
        report[name][str(folder)] = row
json.dump(report, sys.stdout)
