"""Asks at a steady rate, whether answers come or not: `oha`, with its correction for what it could not ask in time."""

import collections
import json
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

ACCEPT = ("Accept-Encoding: gzip", "Accept-Language: es")
PROBE_S = 0.5

Outcome = collections.namedtuple("Outcome", "seconds rate latencies statuses errors memory processor_share")


def ask(oha, server, addresses, rate, seconds, connections):
    """What came of asking the addresses, drawn at random, so many a second for so long."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(f"http://{server.host}{address}" for address in addresses))
        file.flush()
        command = [
            oha,
            "--no-tui",
            "--output-format",
            "json",
            "--latency-correction",
            "--wait-ongoing-requests-after-deadline",
        ]
        command += ["-z", f"{seconds}s", "-q", str(rate), "-c", str(connections), "--redirect", "0"]
        command += [part for header in ACCEPT for part in ("-H", header)] + ["--urls-from-file", file.name]
        start, used = time.monotonic(), server.processor_s()
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"oha: {done.stderr.strip()}")
    took = time.monotonic() - start
    return outcome(
        json.loads(done.stdout), took, server.between(start, time.monotonic()), (server.processor_s() - used) / took
    )


def outcome(said, took, memory, processor_share):
    statuses = {int(status): count for status, count in said["statusCodeDistribution"].items()}
    percentiles = {name: said["latencyPercentiles"][name] for name in ("p50", "p95", "p99")}
    latencies = {**percentiles, "slowest": said["summary"]["slowest"]}
    rate = said["summary"]["requestsPerSec"]
    return Outcome(took, rate, latencies, statuses, said["errorDistribution"], memory, processor_share)


class Probe:
    """Asks now and then beside the load and looks at the refusals: whether each says when to ask again."""

    def __init__(self, server, addresses):
        self.server, self.addresses = server, addresses
        self.refusals, self.silent = 0, 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def run(self):
        for address in self.addresses:
            if self.over.wait(PROBE_S):
                return
            try:
                urllib.request.urlopen(f"http://{self.server.host}{address}", timeout=30).close()
            except urllib.error.HTTPError as refusal:
                self.refusals += refusal.code == 503
                self.silent += refusal.code == 503 and "retry-after" not in refusal.headers
            except OSError:
                pass  # The load itself counts what fails.
