"""The portal as a process of its own: started on a free port, watched, ended."""

import socket
import subprocess
import threading
import time
import urllib.request

START_S = 60
EVERY_S = 1.0


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A running portal and its memory, second by second."""

    def __init__(self, tequio, data):
        self.host = f"127.0.0.1:{free_port()}"
        self.memory = []
        self.child = subprocess.Popen(
            [tequio, "--data", data, "serve", "--listen", self.host],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.watch = threading.Thread(target=self.remember, daemon=True)

    def __enter__(self):
        until = time.monotonic() + START_S
        while not self.answers():
            if self.child.poll() is not None or time.monotonic() > until:
                self.end()
                raise SystemExit("the portal did not start")
            time.sleep(0.1)
        self.watch.start()
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.child.terminate()
        self.child.wait()

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://{self.host}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def remember(self):
        while self.child.poll() is None:
            if resident := self.resident_mib():
                self.memory.append((time.monotonic(), resident))
            time.sleep(EVERY_S)

    def resident_mib(self):
        try:
            with open(f"/proc/{self.child.pid}/status") as status:
                return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS")), None)
        except OSError:
            return None

    def between(self, start, end):
        """Resident memory, MiB, of each second between two moments."""
        return [resident for moment, resident in self.memory if start <= moment <= end]

    def processor_s(self):
        with open(f"/proc/{self.child.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100
