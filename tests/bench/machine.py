"""What every figure is stated with: the machine, and how long its disk takes to make a write durable."""

import os
import platform
import statistics
import time


def processor():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        for line in info:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def fdatasync_ms(directory, writes=200):
    """Median and 99th percentile of appending 4 KiB and syncing, in milliseconds."""
    path = os.path.join(directory, "fdatasync.probe")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    took = []
    try:
        for _ in range(writes):
            os.write(descriptor, b"x" * 4096)
            start = time.perf_counter()
            os.fdatasync(descriptor)
            took.append((time.perf_counter() - start) * 1000)
    finally:
        os.close(descriptor)
        os.unlink(path)
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.99)]


def describe(directory):
    median, tail = fdatasync_ms(directory)
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "fdatasync_ms_p50": round(median, 3),
        "fdatasync_ms_p99": round(tail, 3),
    }
