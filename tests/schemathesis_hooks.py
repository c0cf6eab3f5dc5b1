"""What the fuzzer's calls came to, a line each, for tests/it/contract/schemathesis.rs, which adds them up.

The account that the run is logged in with is left its session: a password that is reset ends it, and everything asked
afterwards would be 401. Where the fuzzer happens to name this account, it is given another one.
"""

import json
import os

import schemathesis

LOG = open(os.environ["DIANDAN_FUZZ_LOG"], "a", encoding="utf-8")
TOKEN = os.environ["DIANDAN_FUZZ_AUTHORIZATION"]
OWN, OTHER = os.environ["DIANDAN_FUZZ_ACCOUNT"], os.environ["DIANDAN_FUZZ_OTHER"]
ENDS_SESSIONS = {"reset_password"}


def operation(case):
    return case.operation.definition.raw.get("operationId", case.operation.label)


@schemathesis.hook
def before_call(context, case, kwargs):
    named = str((case.path_parameters or {}).get("id", ""))
    if operation(case) in ENDS_SESSIONS and named.strip().lstrip("0") == OWN:
        case.path_parameters["id"] = OTHER


@schemathesis.hook
def after_call(context, case, response):
    try:
        body = response.json()
        error = body.get("error") if isinstance(body, dict) else None
    except ValueError:
        error = None
    said = {
        "operation": operation(case),
        "status": response.status_code,
        "error": error,
        "own": response.request.headers.get("Authorization") == TOKEN,
    }
    LOG.write(json.dumps(said) + "\n")
    LOG.flush()
