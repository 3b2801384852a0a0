// The pages that are walked. Addresses of editions are found through the API.

/** Every kind of page, with a name for reports and pictures, and the status that it has. */
export async function everyPage(url) {
  const { datasets } = await (await fetch(`${url}/api/v1/datasets`)).json();
  const [dataset] = datasets;
  const [edition] = dataset.editions;
  const local = await localPlace(url);
  const pages = [
    ["home", "/"],
    ["nation", "/place/MX"],
    ["state", "/place/MX-09"],
    ["municipality", "/place/MX-02-002"],
    ["compare", "/compare?place=MX-09&place=MX-15&place=MX-20"],
    ["compare-none", "/compare"],
    ["compare-unknown", "/compare?place=qwxyz&place=MX-09"],
    ["explore", "/explore"],
    ["explore-state", "/explore?place=MX-09&level=places:municipalities"],
    ["explore-cells", "/explore?place=MX-09&level=cells"],
    ["explore-hotspots", "/explore?layer=hotspots&place=MX-09"],
    ["explore-density", "/explore?layer=density&place=MX-09"],
    ["explore-scan", "/explore?layer=scan"],
    ["explore-change", "/explore?layer=change"],
    ["explore-layer-refused", "/explore?layer=scan&level=cells"],
    ["embed", "/embed/explore?view=map&place=MX-09"],
    ["embed-density", "/embed/explore?view=map&layer=density&place=MX-09"],
    ["embed-hours", "/embed/explore?view=hours"],
    ["analysis", "/analysis"],
    ["analysis-moran", "/analysis?analysis=hotspots&statistic=moran&place=MX-09&by=place:municipalities"],
    ["analysis-change", "/analysis?analysis=change"],
    ["analysis-scan", "/analysis?analysis=scan&permutations=99"],
    ["analysis-refused", "/analysis?analysis=near-repeat&hour=3", 403],
    ["analysis-concentration", "/analysis?analysis=concentration"],
    ["analysis-density", "/analysis?analysis=density&place=MX-09"],
    ["analysis-near-repeat", "/analysis?analysis=near-repeat&offence=HOMICIDIO+DOLOSO&distances=0,10000,20000,40000&days=0,56,112"],
    ["datasets", "/datasets"],
    ["dataset", `/datasets/${dataset.id}`],
    ["edition", `/datasets/${dataset.id}/${edition.edition}`],
    ["methods", "/methods"],
    ["api", "/api"],
    ["search", "/search?q=cuau"],
    ["search-none", "/search?q=qwxyz"],
    ["problem", "/problems/bad-query"],
    ["indicators", "/indicators"],
    ["indicator", "/indicators/homicide-rate-case-files"],
    ["indicator-state", "/indicators/homicide-rate-case-files?place=MX-20&period=2024"],
    ["indicator-no-value", "/indicators/homicide-rate-case-files?place=MX-20&period=2030"],
    ["indicator-unclear", "/indicators/homicide-rate-case-files?place=Cuauhtemoc"],
    ["indicator-change", "/indicators/change?place=MX-12"],
    ["indicator-top-share", "/indicators/top-share?n=10&replicas=100"],
    ["indicator-seasons", "/indicators/seasonally-adjusted?measure=extortion"],
    ["indicator-dark-figure", "/indicators/dark-figure"],
    ["indicator-objectives", "/indicators/objectives-met?met=3&set=5"],
    ["priority", "/priority-municipalities?replicas=100"],
  ];
  pages.push(...(await officialFigures(url)));
  if (local) pages.push(["local", `/place/${encodeURIComponent(local)}`]);
  if (await answers(url, "/api/v1/counts?by=street")) pages.push(["explore-streets", "/explore?level=streets"]);
  pages.push(...(await streets(url)).map((page, index) => [`street-${index}`, page]));
  for (const [, path] of pages.filter(([, path]) => path.startsWith("/analysis"))) await answered(url, path);
  return pages.map(([name, path, status = 200]) => ({ name, path, status }));
}

/** Waits for the answer of an analysis: the page of its computation is no page to be walked. */
async function answered(url, path) {
  while ((await (await fetch(url + path)).text()).includes("<tequio-job")) await new Promise((done) => setTimeout(done, 500));
}

/** Pages of official figures, with the editions and a figure that there are. */
async function officialFigures(url) {
  const pages = [["figures", "/figures"], ["revisions", "/revisions"], ["claims", "/claims"], ["claim", "/claims?value=17&period=2016"], ["ledger", "/ledger?old=3"], ["proof-none", "/proof"], ["proof-entry", "/proof?entry=0"]];
  const { tables } = await (await fetch(`${url}/figures.json`)).json();
  for (const { dataset, edition, cutoff } of tables.find((table) => table.id === "datasets").rows.slice(0, 1)) {
    const [, place, , offence] = (await (await fetch(`${url}/api/v1/figures/${dataset}/${edition}.csv?period=${cutoff}&place=MX-01`)).text()).match(/\n([^,]+),([^,]+),([^,]+),/) ?? [];
    pages.push(["figures-dataset", `/figures/${dataset}`], ["figures-edition", `/figures/${dataset}/${edition}`], ["proof-edition", `/proof?dataset=${dataset}`]);
    if (place) pages.push(["proof", `/proof?dataset=${dataset}&place=${place}&offence=${offence}&period=${cutoff}`]);
  }
  return pages;
}

/** A place below municipality, if the data folder has a layer of them; the explorer lists the layers. */
async function localPlace(url) {
  const explorer = await (await fetch(`${url}/explore`)).text();
  const layers = [...explorer.matchAll(/value="places:([^"]+)"/g)].map(([, layer]) => layer);
  const local = layers.find((layer) => !["states", "municipalities"].includes(layer));
  if (!local) return undefined;
  const { places } = await (await fetch(`${url}/api/v1/places?q=a&layer=${local}&limit=1`)).json();
  return places[0]?.place;
}

/** Pages of two streets, if the data folder has streets. */
export async function streets(url) {
  const { places } = await (await fetch(`${url}/api/v1/places?q=avenida&limit=100`)).json();
  return places.map((place) => place.page).filter((page) => page.startsWith("/street/")).slice(0, 2);
}

export async function answers(url, path) {
  return (await fetch(url + path)).ok;
}
