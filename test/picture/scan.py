#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Draws labels' QR codes in every form, spoils the pictures as cameras and
printers do, and has both of Debian's decoders read them.

    scan.py DRAW        DRAW is the program made from draw.c

What a decoder says must be the text to the letter or nothing: a wrong text
fails at once. How many of the tries must succeed stands with each treatment.
"""
import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
except ImportError:
    Image = None

SEED = 20270211
BASE41 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*-.:"
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PIXELS = 4  # a module, in draw.c's PNG


def texts(rng):
    """Label-sized texts: what 170 (no proof) and 430 bytes become."""
    for size in (170, 430):
        count = size // 2 * 3
        yield "HTTPS://LABEL.EXAMPLE/V#" + "".join(rng.choices(BASE41, k=count))
        yield "HM1:" + "".join(rng.choices(BASE45[:36], k=count))


# ---- the decoders

def zbar(path):
    run = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable",
        "-Sqrcode.enable", path], capture_output=True, timeout=60, check=False)
    return run.stdout.decode("latin-1").rstrip("\n")


def zxing(path):
    run = subprocess.run(["ZXingReader", "-norotate", "-format", "QRCode", path],
        capture_output=True, timeout=60, check=False)
    found = re.search(r'^Text: +"(.*)"$', run.stdout.decode("latin-1"), re.M)
    return found.group(1) if found else ""


DECODERS = {"zbar": zbar, "zxing": zxing}


# ---- the forms, as pictures

def draw(program, form, text):
    return subprocess.run([program, form, text], check=True,
        capture_output=True, timeout=60).stdout


def from_png(data):
    picture = Image.open(io.BytesIO(data))
    assert picture.mode == "1" and picture.size[0] == picture.size[1]
    density = picture.info["dpi"][0] / 25.4  # pixels a millimetre
    assert abs(PIXELS / density - 0.4) < 0.001, "a module is not 0.4 mm"
    return picture.convert("L")


def from_svg(data, pixels=PIXELS):
    """Draws the one path that our SVGs have for the code."""
    svg = data.decode()
    side = int(re.findall(r'viewBox="-4 -4 (\d+) ', svg)[-1])
    path = re.findall(r'<path d="([^"]*)"', svg)[-1]
    picture = Image.new("L", (side * pixels, side * pixels), 255)
    pen = ImageDraw.Draw(picture)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1H(\d+)z", path)
    assert sum(len("M%s %sh%sv1H%sz" % run) for run in runs) == len(path)
    for x, y, count, back in (tuple(map(int, run)) for run in runs):
        assert back == x
        pen.rectangle(((x + 4) * pixels, (y + 4) * pixels,
            (x + 4 + count) * pixels - 1, (y + 5) * pixels - 1), fill=0)
    return picture


def from_blocks(data, pixels=PIXELS):
    lines = re.sub(r"\033\[[0-9;]*m", "", data.decode()).split("\n")[:-1]
    assert len({len(line) for line in lines}) == 1
    upper, lower = "\u2580\u2588", "\u2584\u2588"
    rows = []
    for line in lines:
        rows.append([letter in upper for letter in line])
        rows.append([letter in lower for letter in line])
    return from_rows(rows, pixels)


def from_ascii(data, pixels=PIXELS):
    lines = data.decode().split("\n")[:-1]
    assert all(re.fullmatch("(##|  )*", line) for line in lines)
    return from_rows([[c == "#" for c in line[::2]] for line in lines], pixels)


def from_rows(rows, pixels):
    picture = Image.new("L", (len(rows[0]), len(rows)), 255)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return picture.resize((len(rows[0]) * pixels, len(rows) * pixels),
        Image.NEAREST)


FORMS = {
    "png": from_png,
    "svg": from_svg,
    "mark": from_svg,
    "below": from_svg,
    "colour": from_blocks,
    "blocks": from_blocks,
    "ascii": from_ascii,
}


# ---- what cameras and printers do to them

def on_paper(picture, rng, margin=40):
    paper = Image.new("L", (picture.width + 2 * margin,
        picture.height + 2 * margin), 235)
    paper.paste(picture, (margin + rng.randint(-8, 8),
        margin + rng.randint(-8, 8)))
    return paper


def scaled(picture, factor):
    side = round(picture.width * factor)
    return picture.resize((side, side), Image.BICUBIC)


def larger(picture, rng):
    return scaled(picture, rng.uniform(1.3, 2.2))


def smaller(picture, _):
    return scaled(picture, 3 / PIXELS)  # three pixels a module


def blurred(picture, rng):
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(1.0, 1.5)))


def rotated(picture, rng):
    return on_paper(picture, rng).rotate(rng.uniform(-25, 25), Image.BICUBIC,
        expand=True, fillcolor=235)


def coefficients(there, here):
    """Of the projection that takes the points `here` to `there`: eight linear
    equations, solved by elimination."""
    rows = []
    for (u, v), (x, y) in zip(there, here):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for i in range(8):
        pivot = max(range(i, 8), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(8):
            if k != i:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i])]
    return [row[8] for row in rows]


def tilted(picture, rng):
    """The far edge a tenth shorter: about what 25 degrees do at arm's length."""
    paper = on_paper(scaled(picture, 1.5), rng)
    width, height = paper.size
    near = [rng.uniform(0.00, 0.02) for _ in range(4)]
    far = [rng.uniform(0.04, 0.07) for _ in range(4)]
    corners = [(far[0] * width, near[0] * height),
        ((1 - far[1]) * width, near[1] * height),
        ((1 - near[2]) * width, (1 - far[2]) * height),
        (near[3] * width, (1 - far[3]) * height)]
    square = [(0, 0), (width, 0), (width, height), (0, height)]
    return paper.transform(paper.size, Image.PERSPECTIVE,
        coefficients(square, corners), Image.BICUBIC, fillcolor=235)


def noisy(picture, rng, share=0.3):
    noise = Image.effect_noise(picture.size, rng.uniform(40, 70))
    return Image.blend(picture, noise, share)


def pale(picture, rng):
    return ImageEnhance.Contrast(picture).enhance(rng.uniform(0.4, 0.5))


def speckled(picture, rng):
    """Dirt and scratches: a spot as large as a module on one in a hundred."""
    spoilt = picture.copy()
    pen = ImageDraw.Draw(spoilt)
    side = picture.width // PIXELS
    for _ in range(side * side // 100):
        x = rng.randrange(picture.width)
        y = rng.randrange(picture.height)
        pen.rectangle((x, y, x + PIXELS - 1, y + PIXELS - 1),
            fill=rng.choice((0, 255)))
    return spoilt


def photographed(picture, rng):
    """All of it at once, and as a camera stores it."""
    picture = tilted(picture, rng).filter(ImageFilter.GaussianBlur(0.8))
    picture = ImageEnhance.Contrast(noisy(picture, rng, 0.15)).enhance(0.7)
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=70)
    return Image.open(io.BytesIO(stored.getvalue()))


# Tries a text, and the share of all tries that must succeed with each decoder;
# with one of the two it must be EITHER, for each has a weakness of its own: zxing
# stumbles over spots in the corners, zbar over noise on a tilted picture.
EITHER = 0.9
TREATMENTS = {
    "larger": (larger, 3, 1.0),
    "smaller": (smaller, 3, 0.75),
    "blurred": (blurred, 3, 0.75),
    "rotated": (rotated, 3, 0.75),
    "tilted": (tilted, 3, 0.75),
    "noisy": (noisy, 3, 0.75),
    "pale": (pale, 3, 0.9),
    "speckled": (speckled, 3, 0.4),
    "photographed": (photographed, 3, 0.4),
}


class Counts:
    def __init__(self):
        self.wrong = 0
        self.folder = Path(tempfile.mkdtemp(prefix="scan-"))

    def read(self, picture, text):
        """Who of the decoders read it."""
        path = self.folder / "picture.png"
        picture.save(path)
        good = {}
        for name, decoder in DECODERS.items():
            answer = decoder(str(path))
            good[name] = answer == text
            if answer not in ("", text):
                self.wrong += 1
                print(f"FAIL {name} read a wrong text")
        return good


def measure(counts, name, pictures, least):
    """True when each decoder read its share."""
    done = {decoder: 0 for decoder in DECODERS}
    tries = 0
    either = 0
    for picture, text in pictures:
        good = counts.read(picture, text)
        tries += 1
        either += any(good.values())
        for decoder in DECODERS:
            done[decoder] += good[decoder]
    cells = ", ".join(f"{decoder} {count} of {tries}"
        for decoder, count in done.items())
    good = (all(count >= least * tries for count in done.values()) and
        either >= EITHER * tries)
    print(f"{'ok  ' if good else 'FAIL'} {name}: {cells}, one of them {either} "
        f"(each at least {least:.0%})")
    return good


def main():
    missing = [tool for tool in ("zbarimg", "ZXingReader")
        if not shutil.which(tool)]
    if Image is None:
        missing.append("python3-pil")
    if missing:
        print("skipped: without", ", ".join(missing))
        return 77
    rng = random.Random(SEED)
    labels = list(texts(rng))
    counts = Counts()
    results = []
    for form, picture_of in FORMS.items():
        pictures = [(on_paper(picture_of(draw(sys.argv[1], form, text)), rng),
            text) for text in labels]
        results.append(measure(counts, form, pictures, 1.0))
    plain = [(from_png(draw(sys.argv[1], "png", text)), text)
        for text in labels]
    for name, (treat, tries, least) in TREATMENTS.items():
        pictures = [(treat(picture, rng), text) for picture, text in plain
            for _ in range(tries)]
        results.append(measure(counts, name, pictures, least))
    shutil.rmtree(counts.folder)
    print(f"{sum(results)} of {len(results)} cells, "
        f"{counts.wrong} wrong texts")
    return 0 if all(results) and counts.wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
