"""Calls one Python function on behalf of a task in another language: the other end of python-call.ts in the sources.

What is newer than the oldest Python is in lepton_call.py, so that this file can say so in any.
"""

import os
import sys

ANSWER = 4
OLDEST = (3, 7)


def main():
    if sys.version_info < OLDEST:
        os.write(ANSWER, ("too old: %d.%d" % sys.version_info[:2]).encode("ascii"))
        sys.exit(1)
    # Nothing is written beside the installed program; what the function imports is its own to decide.
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    import lepton_call

    sys.dont_write_bytecode = writes_bytecode
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry != here]
    lepton_call.main()


# Not where a process of the function's own imports this file (multiprocessing does).
if __name__ == "__main__":
    main()
