"""A made national municipal file of CNSP/38/15: 2,475 municipalities and two pseudo-units a state, 98 offences, 11 years.

    bench/municipal.py OUT.csv [--edition N] [--places N] [--seed N]

About 2.7 million rows and 30 million figures, in the 21-column layout of the Executive Secretariat, latin-1. Edition 1 is
the base. A later edition is the same file with random revisions, one month of about one row in five hundred; the list
of its true changes against edition 1 stands in OUT.csv.changes.csv (place, four names of the offence, period, old, new).
"""

import argparse
import csv
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MONTHS = ["Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto", "Septiembre", "Octubre", "Noviembre", "Diciembre"]
LEAD = ["Año", "Clave_Ent", "Entidad", "Cve. Municipio", "Municipio"]
PATH = ["Bien jurídico afectado", "Tipo de delito", "Subtipo de delito", "Modalidad"]
YEARS = range(2015, 2026)
# Months of the last year that are observed; the later ones are blank.
LAST_MONTHS = 10
REVISED = 0.002
# Mean figures a month, from small municipalities to large ones; a row draws its twelve months from one of the pools.
MEANS = [0.02, 0.1, 0.5, 2, 10, 60]
POOL_SIZE = 5_000


def places():
    """State code and name, municipal code and name; pseudo-units last in each state."""
    with open(ROOT / "reference/territory/places.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    states = {row[0][3:5]: row[2] for row in rows if row[1] == "states"}
    found = [(row[0][3:5], row[0][6:], row[2]) for row in rows if row[1] == "municipalities"]
    for state in states:
        found += [(state, "998", "Otros Municipios"), (state, "999", "No Especificado")]
    return [(state, states[state], f"{int(state)}{number}", name) for state, number, name in sorted(found)]


def leaves():
    """The four names of each offence; one that is not divided repeats its own."""
    with open(ROOT / "reference/taxonomies/cnsp-2015.csv", encoding="utf-8") as file:
        nodes = {row["code"]: row for row in csv.DictReader(file)}
    parents = {row["parent"] for row in nodes.values()}

    def names(code):
        node = nodes[code]
        above = names(node["parent"]) if node["parent"] else []
        return above + [node["name_es"]] * (int(node["lowest"]) - int(node["level"]) + 1)

    return [names(code) for code in nodes if code not in parents]


def pools(rng):
    """Figures with the means above: sums of rare events, close to Poisson."""
    def draw(mean):
        if mean > 5:
            return max(0, round(rng.gauss(mean, mean**0.5)))
        return sum(rng.random() < mean / 20 for _ in range(20))

    return [[draw(mean) for _ in range(POOL_SIZE)] for mean in MEANS]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out")
    parser.add_argument("--edition", type=int, default=1)
    parser.add_argument("--places", type=int, default=None, help="only so many places")
    parser.add_argument("--seed", type=int, default=20_260_101)
    arguments = parser.parse_args()
    rng, revision = random.Random(arguments.seed), random.Random(f"{arguments.seed} {arguments.edition}")
    pool = pools(rng)
    offences = leaves()
    weights = [rng.paretovariate(1.2) for _ in offences]
    changes = []
    with open(arguments.out, "w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(LEAD + PATH + MONTHS)
        for place in places()[: arguments.places]:
            size = rng.paretovariate(0.9)
            for year in YEARS:
                months = 12 if year < YEARS[-1] else LAST_MONTHS
                for names, weight in zip(offences, weights):
                    scale = size * weight
                    level = 0 if scale < 4 else 1 if scale < 15 else 2 if scale < 60 else 3 if scale < 250 else 4 if scale < 1500 else 5
                    figures = rng.choices(pool[level], k=months)
                    if arguments.edition > 1 and revision.random() < REVISED:
                        at = revision.randrange(months)
                        new = max(0, figures[at] + revision.choice([-2, -1, 1, 2, 3]))
                        if new != figures[at]:
                            changes.append([place[2], *names, f"{year}-{at + 1:02}", figures[at], new])
                            figures[at] = new
                    writer.writerow([year, *place, *names, *figures, *[""] * (12 - months)])
    if arguments.edition > 1:
        with open(arguments.out + ".changes.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["place", "interest", "type", "subtype", "modality", "period", "old", "new"])
            writer.writerows(changes)


if __name__ == "__main__":
    main()
