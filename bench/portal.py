#!/usr/bin/env python3
"""Times counts and tiles over HTTP against a running server: p50 and p95 in milliseconds.

    tequio --data data serve --listen 127.0.0.1:8090 &
    python3 bench/portal.py 127.0.0.1:8090 demo

One connection, kept open, as a browser does; each question differs from the last, so no answer comes
from a cache. The numbers belong to the machine they were measured on.
"""
import http.client
import itertools
import statistics
import sys
import time

ROUNDS = 200

MONTHS = [f"{year}-{month:02}" for year in range(2021, 2026) for month in range(1, 13)]
OFFENCES = ["FRAUDE", "AMENAZAS", "ROBO%20A%20NEGOCIO", "HOMICIDIO%20DOLOSO"]


def questions(dataset):
    """Endless questions by kind."""
    spans = itertools.cycle([(a, b) for a in MONTHS for b in MONTHS if a <= b])
    period = lambda: "period=%s..%s" % next(spans)
    offences = itertools.cycle(OFFENCES)
    tile = lambda z, x, y, level: f"/tiles/v1/{dataset}/{z}/{x}/{y}.mvt?level={level}&{period()}"
    counts = lambda query: f"/api/v1/counts?dataset={dataset}&{query}&{period()}"
    return {
        "count by month": lambda: counts("by=month"),
        "count by state": lambda: counts("by=place:states"),
        "count by municipality": lambda: counts("by=place:municipalities"),
        "count by weekday and hour, one offence": lambda: counts(f"by=weekday,hour&offence={next(offences)}"),
        "count by cell of zoom 10": lambda: counts("by=cell:10"),
        "tile z4 municipalities": lambda: tile(4, 3, 7, "places:municipalities"),
        "tile z6 municipalities": lambda: tile(6, 14, 28, "places:municipalities"),
        "tile z8 cells": lambda: tile(8, 57, 113, "cells"),
        "tile z14 segments": lambda: tile(14, 2945, 6657, "segments"),
    }


def measure(connection, question):
    """Milliseconds of each answer, and the bytes of the largest."""
    times, size = [], 0
    for _ in range(ROUNDS):
        address = question()
        start = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - start) * 1000)
        if answer.status not in (200, 204):
            sys.exit(f"{address}: {answer.status} {body[:300]!r}")
        size = max(size, len(body))
    return times, size


def main():
    host, dataset = sys.argv[1], sys.argv[2]
    connection = http.client.HTTPConnection(host, timeout=30)
    print("| question | p50 ms | p95 ms | largest answer, bytes |\n| --- | ---: | ---: | ---: |")
    for name, question in questions(dataset).items():
        measure(connection, question) if name == "count by month" else None
        times, size = measure(connection, question)
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"| {name} | {statistics.median(times):.2f} | {p95:.2f} | {size} |")


if __name__ == "__main__":
    main()
