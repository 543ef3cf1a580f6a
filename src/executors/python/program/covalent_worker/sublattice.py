"""What the task of a sublattice hands over.

The SDK's builder registers the dispatch with the server itself. When it cannot, it packs what it would have sent into an archive and
returns that; here it becomes what attempts of sublattices put out everywhere (src/model/manifest-file.ts in the sources), so that the
server registers it without opening any of it.
"""

import base64
import hashlib
import io
import json
import tarfile
from contextlib import contextmanager
from importlib import import_module

# By its full name: the package has a function of the same name.
builder = import_module("covalent._workflow.electron")

_FILE = "file://"
# Assets that are plain text; all others are pickles.
_TEXTS = {"function_string", "workflow_function_string", "doc", "hooks", "stdout", "stderr", "error"}


class Registration:
    """Whether the builder has registered the dispatch, with all that belongs to it."""

    done = False


@contextmanager
def noted_registration():
    """Notes the last step of the builder's registration, which it takes when everything before has worked."""
    registration, dispatcher = Registration(), builder.LocalDispatcher

    class Noting(dispatcher):
        @staticmethod
        def upload_assets(manifest):
            dispatcher.upload_assets(manifest)
            registration.done = True

    builder.LocalDispatcher = Noting
    try:
        yield registration
    finally:
        builder.LocalDispatcher = dispatcher


def manifest_file(archive_text):
    """The builder's archive (a tar in base64) as a manifest's file."""
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(archive_text))) as archive:
        contents = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    manifest = json.loads(next(content for name, content in contents.items() if name.endswith("manifest.json")))
    bundled = {}

    def bring(assets):
        for key, asset in assets.items():
            if asset and asset.get("uri"):
                assets[key] = _asset(key, contents[asset["uri"].removeprefix(_FILE).lstrip("/")], bundled)
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
