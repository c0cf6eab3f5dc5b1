"""What the fuzzer is handed, and what its calls came to, a line each, for tests/it/contract/schemathesis.rs, which adds them up.

Half of what is made up to be right names what is there (`stock`, written by the test): a thing of which this may be asked, and
for the operations that others may ask, by their log-in. Each operation is asked once with words that are in order, as an
example is.

The account that the run is logged in with is left its session: a password that is reset ends it, and everything asked
afterwards would be 401. Where the fuzzer happens to name this account, it is given another one.
"""

import base64
import itertools
import json
import os

import requests
import schemathesis

LOG = open(os.environ["DIANDAN_FUZZ_LOG"], "a", encoding="utf-8")
TOKEN = os.environ["DIANDAN_FUZZ_AUTHORIZATION"]
OWN, OTHER = os.environ["DIANDAN_FUZZ_ACCOUNT"], os.environ["DIANDAN_FUZZ_OTHER"]
ENDS_SESSIONS = {"reset_password"}
with open(os.environ["DIANDAN_FUZZ_STOCK"], encoding="utf-8") as stock:
    STOCK = json.load(stock)

# Of what kind the ids in such a field are.
KINDS = {
    "areaId": "area",
    "parentId": "area",
    "serviceItemId": "item",
    "serviceItem": "item",
    "accountId": "person",
    "assignee": "person",
    "orderId": "order",
    "ids": "order",
    "fileIds": "file",
    "beforeFileIds": "file",
    "afterFileIds": "file",
    "unitId": "unit",
    "teamId": "team",
}
# What is made up there is handed ids; values at the bounds of what is documented stay as they are.
PHASES = {"examples", "fuzzing"}
turn = itertools.count()
# How often each operation went well: which of its things is next.
done = {}
# Examples that were handed out, by the id of their case.
lent = {}


class Lent(requests.auth.AuthBase):
    """Another's log-in instead of the run's own. What a check took away or made up stays so."""

    def __init__(self, token):
        self.token = f"Bearer {token}"

    def __call__(self, request):
        if request.headers.get("Authorization") == TOKEN:
            request.headers["Authorization"] = self.token
        return request


def operation(case):
    return case.operation.definition.raw.get("operationId", case.operation.label)


def in_bytes(body):
    """A body with its bytes as bytes."""
    if isinstance(body, dict):
        if set(body) == {"base64"}:
            return base64.b64decode(body["base64"])
        return {name: in_bytes(value) for name, value in body.items()}
    return body


def there(kind, n):
    ids = STOCK["ids"].get(kind)
    return ids[n % len(ids)] if ids else None


def named(value, n, name=None):
    """The value with ids of what is there."""
    if isinstance(value, dict):
        if set(value) >= {"kind", "id"}:
            return {**value, "id": there(value["kind"], n) or value["id"]}
        return {key: named(below, n, key) for key, below in value.items()}
    if isinstance(value, list):
        # nothing is named twice, unless there is less than is named
        return [named(below, n + at, name) for at, below in enumerate(value)]
    if isinstance(value, str) and name in KINDS:
        return there(KINDS[name], n) or value
    return value


@schemathesis.hook
def before_add_examples(context, examples):
    """Each operation as somebody may ask it."""
    about = context.operation.definition.raw.get("operationId")
    for n, request in enumerate(STOCK["operations"].get(about, [])[:1]):
        words = {}
        if request["body"] is not None:
            words = {"body": in_bytes(request["body"]), "media_type": next(iter(context.operation.body)).media_type}
        headers = {"Idempotency-Key": f"stock-{about}-{n}"}
        case = context.operation.Case(path_parameters=dict(request["path"]), headers=headers, **words)
        lent[case.id] = request["token"]
        examples.append(case)


def hand(case, kwargs):
    """Has a case that was made up to be right name what is there: half of them, and each that the document has as an example,
    whose ids are nothing's or somebody else's."""
    n, example = next(turn), case.meta.phase.name.value == "examples"
    if n % 2 and not example:
        return
    requests_of = STOCK["operations"].get(operation(case), [])
    if requests_of:
        # the first is lent as it is
        last = len(requests_of) - 1
        request = requests_of[last if example else min(done.get(operation(case), 0), last)]
        for name, value in request["path"].items():
            case.path_parameters[name] = value
        if request["token"]:
            kwargs["auth"] = Lent(request["token"])
        if isinstance(case.body, dict) and isinstance(request["body"], dict) and "attempt" in request["body"]:
            case.body = {**case.body, "attempt": request["body"]["attempt"]}
    # what is put there anew is looked at anew, and bytes are then no text
    if isinstance(case.body, dict) and (body := named(case.body, n // 2)) != case.body:
        case.body = body
    if case.query:
        case.query = named(dict(case.query), n // 2)


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.id in lent:
        kwargs["auth"] = Lent(lent[case.id]) if lent[case.id] else None
    elif case.meta is not None and case.meta.generation.mode.is_positive and case.meta.phase.name.value in PHASES:
        hand(case, kwargs)
    # HTTP takes the blanks around a header's value for nothing
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and key != key.strip(" \t"):
        case.headers["Idempotency-Key"] = key.strip(" \t")
    of = str((case.path_parameters or {}).get("id", ""))
    if operation(case) in ENDS_SESSIONS and of.strip().lstrip("0") == OWN:
        case.path_parameters["id"] = OTHER


@schemathesis.hook
def after_call(context, case, response):
    try:
        body = response.json()
        error = body.get("error") if isinstance(body, dict) else None
    except ValueError:
        error = None
    if 200 <= response.status_code < 300:
        done[operation(case)] = done.get(operation(case), 0) + 1
    said = {
        "operation": operation(case),
        "status": response.status_code,
        "error": error,
        "own": response.request.headers.get("Authorization") == TOKEN,
    }
    LOG.write(json.dumps(said) + "\n")
    LOG.flush()
