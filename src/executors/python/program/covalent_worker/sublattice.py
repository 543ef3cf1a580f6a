"""What the task of a sublattice hands over.

The SDK's builder registers the dispatch with the server itself. When it cannot, it returns what it would have sent: an archive, or in
release 0.238 the lattice. Here it becomes what attempts of sublattices put out everywhere (src/model/manifest-file.ts in the sources), so
that the server registers it without opening any of it.
"""

import hashlib
import json
import tempfile
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import urlencode

# By its full name: the package has a function of the same name.
builder = import_module("covalent._workflow.electron")
client = import_module("covalent._dispatcher_plugins.local")

_FILE = "file://"
# Assets that are plain text; all others are pickles.
_TEXTS = {"function_string", "workflow_function_string", "doc", "hooks", "stdout", "stderr", "error"}


class Registration:
    """How far the builder has come."""

    # The lattice with its graph.
    lattice = None
    # It has registered the dispatch, with all that belongs to it.
    done = False


@contextmanager
def noted_registration(dispatch_id, node):
    """
    Watches the builder's registration, and has it say at once of which node the dispatch is. The builder of 0.240 says so in a second
    request, and that of 0.238 not at all: if it died in between, there would be a dispatch of nobody.
    """
    registration, dispatcher = Registration(), builder.LocalDispatcher
    parent = urlencode({"parent_dispatch_id": dispatch_id, "parent_node_id": node})

    class Watched(dispatcher):
        @staticmethod
        def prepare_manifest(lattice, storage_path):
            registration.lattice = lattice
            return dispatcher.prepare_manifest(lattice, storage_path)

        @staticmethod
        def register_manifest(manifest, dispatcher_addr=None, parent_dispatch_id=None, push_assets=True):
            endpoint = client.BASE_ENDPOINT
            client.BASE_ENDPOINT = f"{endpoint}?{parent}"
            try:
                return dispatcher.register_manifest(manifest, dispatcher_addr=dispatcher_addr, push_assets=push_assets)
            finally:
                client.BASE_ENDPOINT = endpoint

        @staticmethod
        def upload_assets(manifest):
            dispatcher.upload_assets(manifest)
            registration.done = True

    builder.LocalDispatcher = Watched
    try:
        yield registration
    finally:
        builder.LocalDispatcher = dispatcher


def manifest_file(lattice):
    """A lattice with its graph as a manifest's file."""
    with tempfile.TemporaryDirectory(prefix="covalent-") as staging:
        manifest = json.loads(builder.LocalDispatcher.prepare_manifest(lattice, staging).model_dump_json())
        return _framed(manifest)


def _framed(manifest):
    bundled = {}

    def bring(assets):
        for key, asset in assets.items():
            if asset and asset.get("uri"):
                with open(asset["uri"].removeprefix(_FILE), "rb") as file:
                    assets[key] = _asset(key, file.read(), bundled)
        return assets

    lattice = manifest["lattice"]
    graph = lattice.pop("transport_graph")
    header = {
        "metadata": manifest["metadata"],
        "assets": bring(manifest["assets"]),
        "lattice": {"metadata": lattice["metadata"], "assets": bring(lattice["assets"])},
    }
    nodes = [{**node, "assets": bring(node["assets"])} for node in graph["nodes"]]
    lines = [
        {"kind": "header", "node_count": len(nodes), "link_count": len(graph["links"]), "header": header},
        {"kind": "nodes", "nodes": nodes},
        {"kind": "links", "links": graph["links"]},
        {"kind": "end"},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    frames = (bytes.fromhex(digest) + len(each).to_bytes(8, "big") + each for digest, each in bundled.items())
    return b"".join((len(text).to_bytes(8, "big"), text, *frames))


def _asset(key, content, bundled):
    digest = hashlib.sha256(content).hexdigest()
    bundled[digest] = content
    codec = "text" if key in _TEXTS else "pickle"
    return {"digest_alg": "sha256", "digest": digest, "size": len(content), "codec": codec}
