"""The rules that the words decide: news, kinds, texts of errors. Each yields (path, line, word, what)."""

import re

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
NAME = re.compile(r"[A-Za-z_]\w*")
SORTS = {"order_by", "then_order_by"}

KIND_TEXT = re.compile(r"\b(?:\w+_)?kind\s*:\s*(?:Option\s*<\s*)?String\b")
STRUCT = re.compile(r"\bstruct\s+\w+[^;{(]*\{")
ROW = re.compile(r"#\[derive\([^)]*\b(?:Queryable|QueryableByName|Insertable|AsChangeset|Selectable)\b")
KIND_ENUM = re.compile(r"\benum\s+(\w*Kind)\b|\blabelled!\s*\{[^{}]*?\b(\w*Kind)\s*\{")
KIND_IMPL = re.compile(r"\bimpl\b[^{;]*?\b(\w*Kind)\s*\{")
OUR_CRATES = {"crate", "self", "super", "domain", "persistence", "api"}
CATCH_ALL = re.compile(r"(?:[(\[,\s]*_[)\],\s]*)+\Z|[a-z_]\w*\Z|.*\|\s*_\Z", re.S)

ERROR_NAME = re.compile(
    r"\b(?:StoreError|Self)::\w+\(\s*(?:ref\s+)?([a-z]\w*)\s*\)|\bErr\(\s*(?:ref\s+)?([a-z]\w*)\s*\)"
    r"|\bmap_err\(\s*(?:move\s*)?\|\s*([a-z]\w*)|\b(e|err|error)\b"
)
ASKED = r"\.\s*(?:contains|starts_with|ends_with|find|matches|split)\s*\("
TEXT_OF = r"(?:\s*\.\s*(?:to_string|message|inner)\(\))"


def news(house):
    """Nothing in news/ says order: no name, no path, no SQL. How rows are sorted is another word."""
    for crate in house.crates.values():
        for file, source in sorted(crate.files.items()):
            if crate.room(file).split("/")[0] != "news":
                continue
            if says_order(crate.room(file).replace("/", "_")):
                yield file, 0, "", "its path says order"
            said = set()
            for found in NAME.finditer(source.said):
                name, line = found.group(), source.line(found.start())
                if name not in said and says_order(name) and not sorts(source.said, found):
                    said.add(name)
                    yield file, line, name, f"says {name}"


def says_order(name):
    """Whether order is one of the words of a name."""
    return any(word.lower() in ("order", "orders") for word in WORD.findall(name))


def sorts(said, found):
    """Whether a name is how rows are sorted: `.order(…)`, `order_by`, ORDER BY."""
    before, after = said[: found.start()].rstrip()[-1:], said[found.end() :].lstrip()
    name = found.group()
    return name in SORTS or (name == "order" and before == "." and after.startswith("(")) or (
        name.upper() == "ORDER" and after[:2].upper() == "BY"
    )


def texts(house):
    """Nobody looks for words in the text of an error: what went wrong is an enum."""
    for _, file, source in house.sources():
        errors = {name for found in ERROR_NAME.finditer(source.code) for name in found.groups() if name}
        if not errors:
            continue
        any_error = "|".join(sorted(errors))
        made = re.finditer(rf"\blet\s+(\w+)\s*=\s*&?(?:{any_error}){TEXT_OF}+\s*;", source.code)
        bound = "|".join(sorted({found[1] for found in made} | {n for n in errors if only_text(source, n)}))
        asked = rf"\b(?:{any_error}){TEXT_OF}+\s*{ASKED}"
        asked += rf"|(?<![\w.])(?:{bound})\s*{ASKED}" if bound else ""
        for found in re.finditer(asked, source.code):
            shown = re.sub(r"\s+", "", found.group())
            yield file, source.line(found.start()), "", f"asks an error's text: {shown}…)"


def only_text(source, name):
    """Whether a name is bound as what a variant of StoreError carries."""
    return re.search(rf"\bStoreError::\w+\(\s*(?:ref\s+)?{name}\s*\)\s*(?:if\b|=>|=)", source.code)


def kinds(house):
    """What has kinds has an enum of them: `kind: String` is for rows."""
    for crate, file, source in house.sources():
        if "rows" in crate.room(file).split("/"):
            continue
        rows = [
            (found.start(), source.closes.get(found.end() - 1, found.end()))
            for found in STRUCT.finditer(source.code)
            if ROW.search(source.code[: found.start()].rsplit("}", 1)[-1].rsplit(";", 1)[-1])
        ]
        for found in KIND_TEXT.finditer(source.code):
            if not any(start < found.start() < end for start, end in rows):
                what = re.sub(r"\s+", " ", found.group())
                yield file, source.line(found.start()), what.split(":")[0], f"`{what}` in what is no row"


def wildcards(house):
    """Kinds are matched one by one: a new one is a question to every place that tells them apart."""
    ours = set()
    for *_, source in house.sources():
        ours |= {name for found in KIND_ENUM.finditer(source.code) for name in found.groups() if name}
    for crate, file, source in house.sources():
        known = ours - foreign(crate, file)
        own = [found for found in KIND_IMPL.finditer(source.code) if found[1] in known]
        within = [(found.start(), source.closes.get(found.end() - 1, found.end())) for found in own]
        for arms in source.matches() if known else ():
            inside = any(start < pos < end for pos, *_ in arms for start, end in within)
            over = rf"(?<!\w)(?:{'|'.join(sorted(known | ({'Self'} if inside else set())))})::"
            if any(re.search(over, pattern) for _, pattern, _ in arms):
                for pos, pattern, guarded in arms:
                    if not guarded and CATCH_ALL.match(pattern):
                        yield file, source.line(pos), "", f"`{pattern} =>` over kinds"


def foreign(crate, file):
    """The names that a file gives to kinds of others: theirs may grow without us, and a wildcard is due."""
    found = set()
    for at in [at for at, path in crate.modules.items() if path == file]:
        for name, targets in crate.names[at].items():
            if any(path[0] not in OUR_CRATES and not crate.resolve(at, path[:1]) for path in targets):
                found.add(name)
    return found
