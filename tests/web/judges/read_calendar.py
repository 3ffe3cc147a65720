"""Write the events of the calendar on standard input as JSON, as vobject reads them."""

import json
import sys

import vobject

events = vobject.readOne(sys.stdin.buffer.read().decode()).contents.get("vevent", [])
found = [
    {
        "uid": event.uid.value,
        "title": event.summary.value,
        "at": event.dtstart.value.isoformat(),
        "url": event.url.value,
        "is_transparent": event.transp.value == "TRANSPARENT",
    }
    for event in events
]
json.dump(found, sys.stdout)
