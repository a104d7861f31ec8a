"""In the sandbox of a test: what files do that cost too much."""

import time


def spin(_about, data):
    while data:
        pass


def grow(_about, data):
    return {"length": len(data * 10**10)}


def sleep(_about, data):
    time.sleep(60)
    return {"length": len(data)}
