"""The workers that run tasks written in Python.

One process, the parent, imports the Python SDK once; each worker is forked from it, and is warm at once. A worker speaks the same
protocol as those of TypeScript (src/worker/protocol.ts in the sources): it runs one attempt at a time, writes down in its spool that it
starts one and how it ended, and keeps results until a server says that they are durable. It lives on when parent or server die.

The SDK's own runner does everything with pickles: nothing else of this program reads or writes one.
"""
