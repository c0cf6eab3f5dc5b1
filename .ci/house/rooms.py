"""The rules about what is where: tables, joins, what a module owes, sizes. Each yields (path, line, word, what)."""

import os
import re
from collections import Counter, defaultdict

from rust import TABLE, TABLE_NAME

FILES_IN_A_FOLDER = 15
LINES_OF_A_FILE = 400
ALL_INVARIANTS = "persistence/src/prove/invariants.rs"
JOINS = re.compile(r"\b(?:allow_tables_to_appear_in_same_query|joinable)!\s*[({]")


def all_tables(house):
    """Every `table!`: (name, file, line, module or none when no module's schema holds it)."""
    crate = house.crates["persistence"]
    for file, source in sorted(crate.files.items()):
        parts = crate.room(file).split("/")
        module = parts[0] if len(parts) > 1 and "schema" in parts else None
        for found in TABLE.finditer(source.code):
            name = TABLE_NAME.match(source.code, found.end())
            if name and not name[1].startswith("__diesel"):  # diesel's own is nobody's
                yield name[1], file, source.line(name.start(1)), module


def tables(house):
    """Each table stands in the schema of one module."""
    first, strays = {}, defaultdict(list)
    for name, file, line, module in all_tables(house):
        if module is None:
            strays[file].append((line, name))
        if name in first:
            yield file, line, name, f"{name} is a table of {first[name]} already"
        first.setdefault(name, file)
    for file, found in strays.items():
        names = ", ".join(name for _, name in found[:3]) + (" …" if len(found) > 3 else "")
        yield file, found[0][0], "", f"{len(found)} tables in no module's schema: {names}"


def joins(house):
    """Tables of two modules meet only where that is listed."""
    owner = {}
    for name, _, _, module in all_tables(house):
        owner.setdefault(name, module)
    for file, source in sorted(house.crates["persistence"].files.items()):
        for found in JOINS.finditer(source.code):
            body = source.code[found.end() : source.closes.get(found.end() - 1, found.end())]
            names = [part.strip().rsplit("::", 1)[-1] for part in re.split(r",|->|\([^)]*\)", body)]
            known = sorted({name for name in names if owner.get(name)})
            for at, one in enumerate(known):
                for other in known[at + 1 :]:
                    if owner[one] != owner[other]:
                        what = f"joins {one} ({owner[one]}) and {other} ({owner[other]})"
                        yield file, source.line(found.start()), f"{one}+{other}", what


def rooms(house):
    """Each module has tests; one with tables has invariants too. Errors of all stand in one table, which a test walks."""
    owners = {module for *_, module in all_tables(house)}
    modules = {module for plan in house.lists.floors.values() for module in plan.modules}
    for module in sorted(modules):
        tests = f"tests/it/{module}"
        if not any(re.search(r"\btest\b|\bboth!", house.read(file)) for file in house.under(tests)):
            yield tests, 0, "", "holds no test"
        if module not in owners:
            continue
        there = f"persistence/src/{module}/invariants"
        if not house.under(there):
            yield f"persistence/src/{module}", 0, "invariants", f"has tables and no invariants ({there}.rs)"
        elif f"{module}::invariants::" not in house.read(ALL_INVARIANTS):
            yield f"persistence/src/{module}", 0, "invariants", f"has invariants that {ALL_INVARIANTS} does not list"


def folders(house):
    """No folder of sources holds more than fifteen files."""
    counts = Counter(os.path.dirname(path) for path in house.files)
    for folder in sorted({os.path.dirname(path) for path in house.files if path.endswith(".rs")}):
        if counts[folder] > FILES_IN_A_FOLDER:
            yield folder, 0, "", f"{counts[folder]} files"


def lengths(house):
    """No file is over 400 lines."""
    for path in house.files:
        if path.endswith(".rs") and (lines := house.read(path).count("\n")) > LINES_OF_A_FILE:
            yield path, 0, "", f"{lines} lines"


def errors(house):
    """Every kind of error has its own number and name: a test walks Kind::ALL."""
    crate = house.crates["api"]
    tables = [f for f, s in crate.files.items() if re.search(r"\benum Kind\b", s.code) and "const ALL" in s.code]
    if not tables:
        yield f"{crate.src}", 0, "", "no table of errors: an `enum Kind` with `const ALL`"
    for file in tables:
        beside = [path for path in crate.tests if path.startswith(file.removesuffix(".rs") + "/")]
        tests = crate.files[file].tests + "".join(house.read(path) for path in beside)
        for word in ("Kind::ALL", "code()", "name", "assert"):
            if word not in tests:
                yield file, 0, "", f"no test walks Kind::ALL for unique numbers and names (no {word} in its tests)"
                break
