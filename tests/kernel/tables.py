"""The kernel's figures, and what has another name there or none."""

import csv
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent


class Tables:
    """`syscalls.csv`, `constants.csv` and `layouts.csv`. A figure is None where an architecture does not have it."""

    def __init__(self):
        self.numbers = {row["name"]: row for row in self.rows("syscalls.csv")}
        self.constants = {row["name"]: row for row in self.rows("constants.csv")}
        self.structs = {}
        for row in self.rows("layouts.csv"):
            self.structs.setdefault(row["struct"], {})[row["field"], row["figure"]] = row

    @staticmethod
    def rows(name):
        with open(HERE / name, newline="") as file:
            return list(csv.DictReader(file))

    def fields(self, struct):
        """The names of a struct's fields, on whatever architecture."""
        return list(dict.fromkeys(field for field, _ in self.structs[struct] if field))

    @staticmethod
    def value(row, column):
        text = row.get("all") or row.get(column)
        return int(text, 0) if text else None

    def number(self, name, column):
        return self.value(self.numbers[name], column)

    def constant(self, name, column):
        return self.value(self.constants.get(name, {}), column)

    def layout(self, struct, field, figure, column):
        return self.value(self.structs.get(struct, {}).get((field, figure), {}), column)


class Exceptions:
    """`exceptions.txt`: paragraphs, each a reason and then lines `name[ = the kernel's][ on columns…]`."""

    def __init__(self):
        self.equal, self.elsewhere, self.names, self.complaints = [], {}, set(), []
        for paragraph in re.split(r"\n{2,}", (HERE / "exceptions.txt").read_text().strip()):
            lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
            if lines and not paragraph.startswith("#"):
                self.complaints.append(f"exceptions.txt: {lines[0]}: without a reason")
            for line in lines:
                name, equal, columns = re.fullmatch(r"(.+?)(?: = (.+?))?(?: on (.+))?", line).groups()
                columns = columns and columns.split()
                if equal:
                    self.equal.append((name, equal, columns))
                    self.names.update(re.findall(r"(?:abi|arch)(?:::\w+)+", name))
                elif columns:
                    self.elsewhere[name] = columns
                else:
                    self.names.add(name)
        self.unused = set(self.names)

    def has(self, name):
        """Whether it has no counterpart."""
        self.unused.discard(name)
        return name in self.names
