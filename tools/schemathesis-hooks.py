"""What Schemathesis is told of the platform's API: pieces of an upload (tus) are bytes as they are."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
