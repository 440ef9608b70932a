#!/usr/bin/env python3
"""Writes arch/*/nr.rs from tests/kernel/syscalls.csv.

The table comes from the UAPI headers of the Linux version that its own README names. Run it from anywhere; commit
what it writes.
"""

import csv
import pathlib

ARCH = pathlib.Path(__file__).resolve().parent
TABLE = ARCH.parent / "tests/kernel/syscalls.csv"

with TABLE.open(newline="") as file:
    rows = list(csv.DictReader(file))

for architecture in rows[0]:
    folder = ARCH / architecture
    if architecture == "name" or not folder.is_dir():
        continue
    lines = [
        f"//! The system call numbers of {architecture}, Linux 7.2. Written by `arch/generate.py`.",
        "",
        "numbers! {",
    ]
    for row in sorted(rows, key=lambda row: row["name"]):
        if number := row[architecture]:
            name = row["name"]
            lines.append(f'    {name.upper()} = {number} "{name}",')
    lines.append("}")
    (folder / "nr.rs").write_text("\n".join(lines) + "\n")
