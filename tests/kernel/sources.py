"""What constants and structs the crate defines, from the text of its sources."""

import re

VISIBLE = r"pub(?:\([\w ]+\))?"


class Sources:
    """Of the kernel's words in `src/abi` and in an architecture's facts: `constants` is [(module, name)], `structs` is
    {(module, name): [(field, its struct or None)]}. `others` are the integers elsewhere, or private: [(file, name)].

    Private fields are left out, as nobody can read them. A name that is defined twice, for different architectures, is
    one.
    """

    def __init__(self, root):
        self.constants, self.structs, self.others, self.complaints = set(), {}, set(), []
        for file in sorted([*(root / "src").rglob("*.rs"), *(root / "arch").rglob("*.rs")]):
            if file.name != "nr.rs":
                self.read(re.sub(r"//.*", "", file.read_text()), file.relative_to(root), self.module(root, file))
        self.constants, self.others = sorted(self.constants), sorted(self.others)
        for (module, _), fields in self.structs.items():
            fields[:] = dict.fromkeys((field, self.resolve(module, name)) for field, name in fields)

    @staticmethod
    def module(root, file):
        """The module of a file that is to be checked, else None."""
        if (root / "src/abi") in file.parents:
            parts = file.relative_to(root / "src").with_suffix("").parts
            return "::".join(parts[:-1] if file.stem == "mod" else parts)
        # An architecture's facts are what has a default in arch/generic.
        if file.parent.parent == root / "arch" and file.stem != "mod" and (root / "arch/generic" / file.name).exists():
            return f"arch::{file.stem}"
        return None

    def read(self, text, file, module):
        names = set(re.findall(rf"^\s*{VISIBLE} const (\w+):", text, re.M)) if module else set()
        self.constants |= {(module, name) for name in names}
        self.others |= {(file, name) for name in re.findall(r"\bconst (\w+): [iu](?:\d+|size)\b", text)} - {
            (file, name) for name in names}
        if module:
            structs = re.findall(rf"^(?:{VISIBLE} )?(?:struct|union) (\w+) \{{(.*?)^\}}", text, re.M | re.S)
            for name, body in structs:
                fields = re.findall(rf"^\s*{VISIBLE} (?:r#)?(\w+): ([^\n]+),$", body, re.M)
                self.structs.setdefault((module, name), []).extend(fields)
            unnamed = set(re.findall(r"\b(?:struct|union|enum) (\w+)", text)) - {name for name, _ in structs}
            self.complaints += [f"{module}::{name} has no fields with names" for name in sorted(unnamed)]

    def resolve(self, module, name):
        """The struct that a type's name means: that of the same module, else the only one of the name."""
        candidates = [key for key in self.structs if key[1] == name.rsplit("::")[-1]]
        if (module, name) in candidates:
            return module, name
        return candidates[0] if len(candidates) == 1 else None
