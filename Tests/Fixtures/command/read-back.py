"""Reads an alias back with opensearch-py and compares it with a file of lines `ID VERSION SOURCE`."""

import json
import sys

from opensearchpy import OpenSearch
from opensearchpy.helpers import scan

url, alias, path = sys.argv[1:4]
client = OpenSearch(url)
with open(path, encoding="utf-8") as lines:
    expected = {}
    for line in lines:
        name, version, source = line.rstrip("\n").split(" ", 2)
        expected[name] = (int(version), json.loads(source))
indices = list(client.indices.get_alias(name=alias))
if len(indices) != 1:
    sys.exit(f"{alias} points at {indices}")
settings = client.indices.get_settings(index=alias)[indices[0]]["settings"]["index"]
for name in ("refresh_interval", "auto_expand_replicas"):
    if name in settings and settings[name] != "false":
        sys.exit(f"{name} of {indices[0]} is {settings[name]}")
found = {
    hit["_id"]: (hit["_version"], hit["_source"])
    for hit in scan(client, index=alias, query={"version": True}, size=1000)
}
if client.count(index=alias)["count"] != len(found):
    sys.exit("the count is another than the number of documents")
for name in expected.keys() | found.keys():
    if expected.get(name) != found.get(name):
        sys.exit(f"{name}: expected {expected.get(name)}, found {found.get(name)}")
print(len(found), "documents equal")
