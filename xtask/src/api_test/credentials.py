"""Registers a device at the hub of the address given, signs a manager in at it, and prints what each proves itself with."""

import json
import secrets
import sys
import urllib.request
import uuid


def call(name, body, authorization=None):
    headers = {"Content-Type": "application/json"}
    if authorization:
        headers["Authorization"] = authorization
    request = urllib.request.Request(f"{sys.argv[1]}/api/{name}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


device, key = str(uuid.uuid4()), secrets.token_hex(32)
call("device.register", {"device": device, "secret": key})
shopper = f"Bearer {device}.{key}"
session, key = str(uuid.uuid4()), secrets.token_hex(32)
call("staff.sign_in", {"pin": "9753", "session": session, "secret": key}, shopper)
print(shopper)
print(f"Bearer {session}.{key}")
