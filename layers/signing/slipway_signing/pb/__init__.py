"""Akash messages, generated from the .proto files beside them (`make proto`); the Cosmos ones are cosmpy's.

`cosmpy.protos` is imported first: it puts its `cosmos` package, which the generated code imports, on the path.
"""

import cosmpy.protos  # noqa: F401
