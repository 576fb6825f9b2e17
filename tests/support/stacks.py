"""Room for the frames of deep calls.

CPython keeps frames in chunks of 16 KB, and takes and gives back a chunk each time that
a call crosses from one into the next. Some loop of dbt's always sits at such a border,
and a build takes half as long again. A function whose frame is said to be very large
gets a chunk that is larger still, and what it calls has the rest of it.
"""

import threading

# Words of eight bytes, 1.1 of the 2 MB that are taken for them.
ROOM = 140_000


def with_room(function):
    """Let what a function calls share one chunk."""
    function.__code__ = function.__code__.replace(co_stacksize=ROOM)
    return function


@with_room
def call_with_room(function, *arguments, **named):
    return function(*arguments, **named)


# dbt makes models in threads of its own
with_room(threading.Thread.run)
