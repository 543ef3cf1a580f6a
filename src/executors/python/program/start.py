"""Starts the parent of the Python workers. The server runs this file: see covalent_worker/__init__.py."""

import sys

# Nothing is written beside the installed program; what tasks import is theirs to decide.
_writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True

from covalent_worker import parent  # noqa: E402

sys.dont_write_bytecode = _writes_bytecode
# Tasks find their own modules, and never ours by accident.
sys.path.pop(0)
parent.main(sys.argv[1:])
