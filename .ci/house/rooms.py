"""The rules about what is where: tables, joins, what a module owes, sizes. Each yields (path, line, word, what)."""

import os
import re
from collections import Counter, defaultdict

from rust import TABLE, TABLE_NAME

FILES_IN_A_FOLDER = 15
LINES_OF_A_FILE = 400
ALL_INVARIANTS = "persistence/src/prove/invariants.rs"
BLOCK = re.compile(r"\berrors!\s*[({\[]")
OWN_ROW = re.compile(r"\bKind::of\s*\(|\bimpl\s+(?:\w+::)*Kind\s*\{")
MAPPED = re.compile(r"\bFrom<\s*(?:\w+::)*Rejection\s*>\s*for\s+(?:\w+::)*ApiError\b")
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
    """Each module has tests; one with tables has invariants too, one with refusals of its own has errors (below)."""
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
    """Each kind of error is a row of its module's block; modules.rs gathers the blocks, and a test walks them."""
    crate, plan = house.crates["api"], house.lists.floors["api"]
    shape = next((f for f, s in crate.files.items() if re.search(r"\bmacro_rules!\s*errors\b", s.code)), None)
    modules = sorted({module for other in house.lists.floors.values() for module in other.modules})
    gathered, owner, listed = f"{crate.src}/modules.rs", {}, crate.files.get(f"{crate.src}/modules.rs")
    if not shape or not listed:
        yield crate.src, 0, "", "no `macro_rules! errors` that makes the blocks, or no modules.rs that gathers them"
        return
    for file, source in sorted(crate.files.items()):
        if file == shape:
            continue
        parts, room = crate.room(file).split("/"), plan.room_of(crate.room(file))
        for block in BLOCK.finditer(source.code):
            line = source.line(block.start())
            place = "::".join(parts[-2:] if parts[-1] == "errors" else parts[-1:])
            if parts[1:] != ["errors"] and os.path.dirname(file) != os.path.dirname(shape):
                yield file, line, "", f"a block of errors stands in {crate.src}/<module>/errors.rs"
            elif not re.search(rf"\b{place}::ERRORS\b", listed.code):
                yield file, line, "", f"{gathered} does not gather {place}::ERRORS"
            body = source.code[block.end() : source.closes.get(block.end() - 1, block.end())]
            owner.update({name: room for name in re.findall(r"\b([A-Z]\w*)\s*=", body)})
        if found := not re.search(r"\benum Kind\b", source.code) and OWN_ROW.search(source.code):
            yield file, source.line(found.start()), "", "makes a kind of error outside a block"
        if (found := MAPPED.search(source.code)) and parts[1:] != ["errors"]:
            yield file, source.line(found.start()), "", f"a Rejection is mapped in {crate.src}/<module>/errors.rs"
        if parts[1:] == ["errors"] and (found := re.search(r"(?<!\w)_\s*=>", source.code)):
            yield file, source.line(found.start()), "", "answers some refusals unseen (`_ =>`)"
        known = rf"\b(?:domain|persistence)::(?:\{{[^;]*?\b)?(?:{'|'.join(modules)})\b"
        if room == plan.room_of(crate.room(shape)) and (found := re.search(known, source.code)):
            yield file, source.line(found.start()), "", f"{room}/ says what every module may, and names one of theirs"
    yield from from_above(crate, plan, owner)
    for word in ("ERRORS", "code()", "name", "assert"):
        if word not in listed.tests:
            yield gathered, 0, "", f"no test walks ERRORS for unique numbers and names (no {word} in its tests)"
            break


def from_above(crate, plan, owner):
    """Kinds that are named below or beside the module whose they are: a constant needs no import, so no floor sees it."""
    for file, source in sorted(crate.files.items()):
        room = plan.room_of(crate.room(file))
        for found in re.finditer(r"\bKind::([A-Z][A-Z0-9_]+)\b", source.code):
            theirs = owner.get(found[1], room)
            here, there = plan.height.get(room), plan.height.get(theirs)
            if theirs != room and here is not None and there is not None and there >= here:
                yield file, source.line(found.start()), found[1], f"{found[1]} is of {theirs}, which is not below {room}"
