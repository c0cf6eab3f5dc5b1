"""The rules that the imports decide: floors, circles, routes, the state. Each yields (path, line, word, what)."""

import re
from collections import Counter

ROUTES = {"routes", "handlers"}
SERVING = {"modules", "server"}
OPENERS = {"state", "lib", "main", "modules", "server", "cli"}
ENDPOINT = re.compile(r"#\[utoipa::path\b|\b\w*endpoint!\s*[({]")
EXTRACTOR = re.compile(r"\bFromRequest\s+for\b")


def floors(house):
    """Imports point downwards; between rooms of one floor only along listed arrows, and those make no circle."""
    for crate, plan in house.crates_with_floors():
        homeless = [file for file in crate.files if not crate.is_root(file) and not plan.room_of(crate.room(file))]
        for room, count in sorted(Counter(crate.room(file).split("/")[0] for file in homeless).items()):
            files = f" ({count} files)" if count > 1 else ""
            yield f"{crate.src}/{room}", 0, "", f"stands on no floor of {crate.name} in .ci/lists{files}"
        for file, target, line in arrows(crate):
            source, room = plan.room_of(crate.room(file)), plan.room_of(crate.room(target))
            below, above = plan.height.get(room), plan.height.get(source)
            if source == room or below is None or above is None or below < above:
                continue
            if below > above:
                yield file, line, room, f"imports {target}: {room} stands above {source}"
            elif not plan.allows(source, room):
                yield file, line, room, f"imports {target}: no arrow {source} -> {room} is listed on their floor"
        yield from turning(plan)


def turning(plan):
    """Listed arrows that lead back to where they began."""
    todo = {pair for pair in plan.arrows}
    while dead := {(a, b) for a, b in todo if not any(b == c for c, _ in todo)}:
        todo -= dead
    for pair in sorted(todo):
        path, line = plan.arrows[pair]
        yield path, line, "", f"the arrows lead back: {pair[0]} -> {pair[1]} -> … -> {pair[0]}"


def arrows(crate):
    """Every arrow of a crate but those of its root, which lists everything: (file, target, line)."""
    for file in sorted(crate.arrows):
        if not crate.is_root(file):
            for target, line in sorted(crate.arrows[file].items()):
                yield file, target, line


def circles(house):
    """No files reach each other, but listed ones."""
    for crate, plan in house.crates_with_floors():
        short = {file: file[len(crate.src) + 1 :] for file in crate.files}
        handed_on = {}
        for files, _ in crate.circles():
            for file, target, _ in arrows(crate):
                if {file, target} <= files and (place := plan.unfold(short[file], short[target])):
                    handed_on[file, target] = place
                    house.lists.unused.pop(place, None)
        pairs = {(short[file], short[target]) for file, target, _ in arrows(crate)}
        for files, way in crate.circles(handed_on):
            if plan.allows_circle({short[file] for file in files}, pairs):
                continue
            steps = [f"{a}:{crate.arrows[a][b]}" for a, b in zip(way, way[1:])]
            size = f" ({len(files)} files reach each other)" if len(files) > len(way) - 1 else ""
            yield way[0], crate.arrows[way[0]][way[1]], "", "-> " + " -> ".join([*steps[1:], way[-1]]) + size


def is_route(crate, file):
    """Whether a file is a module's routes: by its place, by an endpoint in it, or as part of a file with one."""
    parts = crate.room(file).split("/")
    above = [f"{crate.src}/{'/'.join(parts[:n])}" for n in range(2, len(parts))]
    files = {file, *(f"{place}{end}" for place in above for end in (".rs", "/mod.rs"))}
    return bool(ROUTES & set(parts)) or any(ENDPOINT.search(crate.files[f].code) for f in files if f in crate.files)


def routes(house):
    """No module imports another's routes; who serves everything does."""
    crate = house.crates["api"]
    for file, target, line in arrows(crate):
        source, owner = (crate.room(path).split("/")[0] for path in (file, target))
        if owner != source not in SERVING and owner not in SERVING and is_route(crate, target):
            yield file, line, target, f"imports {target}, which are routes of {owner}"


def state(house):
    """AppState is opened by routes, extractors, jobs, server and cli."""
    crate = house.crates["api"]
    for file, source in sorted(crate.files.items()):
        parts = crate.room(file).split("/")
        if parts[0] in OPENERS or "jobs" in parts or is_route(crate, file) or EXTRACTOR.search(source.code):
            continue
        if found := re.search(r"\bAppState\b", source.code):
            yield file, source.line(found.start()), "", "names AppState"
