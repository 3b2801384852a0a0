crime-map-title = Crime map

nav-home = Home
nav-explore = Explore
nav-datasets = Data
nav-methods = Methods

per-100k = per 100,000 inhabitants
unit-incidents = incidents
no-months = no dated months
no-missing = No month is missing from the series.
missing-months = Months without data:
and-more = and { $n } more
not-computable = Not computable
interval-label = 95% interval:
no-rate-population = There is no population figure for this place in that year, so no rate is computed.
no-rate-empty = The population of this place is zero in the edition used: there can be no rate.
no-rate-period = There are no twelve months in a row with data: a yearly rate would not be comparable.
no-rate-outside = The place lies outside the territory of the data.
no-rate-part = The data are about a part of this place, so no rate is computed for all of it.
no-rate-part-short = A part only
no-rate-unstated = The dataset does not say which territory it covers, so no rate is computed.
no-rate-silent = Did not report in { $months }: the rate of the period would be too low.
no-rate-population-short = No population figure
no-rate-silent-short = Did not report in { $months }
cell-missing = n/a
outside-coverage = Outside the territory of the data

kind-nation = Country
kind-states = State
kind-municipalities = Municipality
kind-alcaldias = Borough
kind-colonias = Neighbourhood
kind-cuadrantes = Police quadrant
kind-demo-colonias = Neighbourhood of Villa Tequio
layer-nation = Country
layer-states = States
layer-municipalities = Municipalities
layer-alcaldias = Boroughs
layer-colonias = Neighbourhoods
layer-cuadrantes = Police quadrants
layer-streets = Streets
layer-calles = Streets
layer-demo-colonias = Neighbourhoods of Villa Tequio
layer-demo-streets = Streets of Villa Tequio
layer-of-id = Layer { $id }

home-title = Home
home-heading = What crimes are recorded, where and when
home-lead = Every figure leads to the edition of the data it came from, and every map to a table.
home-description = { $n } recorded incidents, { $span }: map, tables and downloads.
home-map-title = Rate by state
home-map-title-within = { $layer } of { $place }: rate
home-map-note = Incidents per 100,000 inhabitants in the latest twelve months with complete data.
home-legend = Incidents per 100,000 inhabitants, { $period }
home-table-caption = Incidents, rate per 100,000 inhabitants and exact 95% interval
home-sums = Incidents of the period:
home-explore = Explore on the map
home-nation = See the country
home-whole = See { $place }
home-covers = These data are about { $place }. Of other places they say nothing: what is missing there is not zero.
home-covers-unstated = These data name no territory of the catalogue: they are counted by month, offence and cell, without rates.
home-others = Other datasets:
home-trend-label = Incidents by month, { $span }
legend-method-places = Classes by quantiles: each colour holds about the same number of places.
population-edition = Population

figure-incidents = Incidents
figure-located = with a location
figure-period = Period
figure-dataset = Dataset
figure-rate = Rate per 100,000 inhabitants
figure-whole = In the whole series:
figure-rows = Rows read
imported-on = imported on

head-place = Place
head-incidents = Incidents
head-rate = Rate
head-interval = 95% interval
head-year = Year
head-total = Total
head-offence = Offence
head-dataset = Dataset
head-newest = Newest edition
head-span = Period
head-accepted = Accepted
head-rejected = Rejected
head-edition = Edition
head-imported = Imported
head-reason = Reason
head-rows = Rows
head-flag = Flag
head-file = File
head-bytes = Bytes

trend-title = Trend by month
trend-label = Incidents by month in { $place }
trend-missing = Months without data in the source:
trend-silent = Months in which this place did not report:
trend-table-open = See the numbers by month
trend-table = Incidents by year and month (n/a: no data)

place-description = { $place }: { $n } incidents, { $period }.
rate-population = Population { $year }: { $n } ({ $edition }).
place-part = The data are about { $territory }: the figures of this page are not those of the whole place.
uncovered-lead = These data do not cover this place.
uncovered-text = “{ $dataset }” is about { $territory }. It says nothing of this place, which is not the same as zero.
uncovered-text-unstated = “{ $dataset }” has no incidents here and names no territory of the catalogue. That is not the same as zero.
uncovered-strays = { $n ->
    [one] One incident has coordinates in this place; it is no figure about it.
   *[other] { $n } incidents have coordinates in this place; they are no figure about it.
}
uncovered-others = Data that do cover this place
crumbs-label = Territory that holds it
offences-title = Offences
offences-more = See the other offences
offences-rest = The other offences
no-incidents = There are no incidents in the period.
hours-title = Day and hour
hours-head = Hour
hours-caption = Incidents by hour and day of the week, { $period }. The unknown hour stands apart.
children-unknown = { $n } incidents of this place are not in the table because they have no location or lie outside these boundaries.
map-title = Map
map-note = The map shows the same counts as the tables of this page. Zooming in shows smaller places.
map-label-place = Map of incidents in { $place }; the tables of this page hold the same figures
map-label-explore = Map of incidents; the table of this page holds the same figures
map-loading = Loading the map…
map-failed = The map could not be shown. The table holds the same figures.
map-empty = Nothing to count in this view
map-method = Classes by quantiles
map-zoom-in = Zoom in
map-zoom-out = Zoom out
map-popup-close = Close
map-cell = Cell
map-segment = Street segment
map-open-place = Open the page of the place
more-title = Go on
more-explore = Explore on the map
more-csv = Download CSV
more-json = See JSON
more-methods = How it is computed

explore-title = Explore
explore-description = Count incidents by place, period and offence, on a map and in a table.
explore-sentence = { $offences }. { $places }. { $period }.
filters-label = Filters
field-dataset = Dataset
field-period = Period
field-period-all = Whole series
field-period-hint = 2024, 2024-03, 2023..2024
field-offence = Offence
field-offence-all = All
field-place = Place
field-place-all = Whole territory
field-place-hint = Name or code, such as Oaxaca
field-level = Detail
field-submit = Count
level-auto = Automatic
level-cells = Cells
cells-width = Cells about { $km } km wide
level-streets = Streets
period-latest = Latest twelve months
all-offences = All offences
all-ordinary-offences = All offences but the sensitive ones
all-places = Whole territory
answer-title = Answer
table-more = { $shown } rows are shown; the other { $n } are in the download.
no-rows = No located incident passes the filters.
street-unnamed = Street without a name ({ $code })
sums-title = How the total is made up
sum-inside = In the table
sum-unlocated = Without a location
sum-outside = Outside the boundaries
sum-far = Away from the streets loaded
sum-unknown = No known or publishable value

datasets-title = Data
datasets-description = Datasets, their editions and their quality.
datasets-lead = Which files came in, what became of them and what they lack. A correction is a new edition; the old one keeps its address.
datasets-none = No file has been imported yet.
editions-title = Editions
editions-lead = The newest comes first. Every edition is immutable.
editions-count = { $n ->
    [one] 1 edition
   *[other] { $n } editions
}
edition-description = Files received, rows accepted and rejected, quality flags and missing months.
edition-trend-label = Incidents by month in the edition
rows-equation = Read = accepted + rejected, always.
rejected-note = Kept with their row number and their reason.
completeness-title = Completeness by month
completeness-lead = Incidents by month of occurrence. A month without data is drawn as a gap, not as zero.
rejects-title = Rejected rows
rejects-none = No row was rejected.
rejects-caption = By reason, with their share of the rows read
flags-title = Quality flags
flags-none = No check found anything to point out.
flags-caption = Accepted rows that a check pointed out. Nothing is repaired: the flag stays on the row.
sources-title = Files received
meta-attribution = Source and licence
meta-imported = Imported
meta-format = Format
meta-precision = Precision of time
meta-checked = Checked against
meta-supersedes = Follows
meta-content = SHA-256 of the content
precision-day = Day
precision-month = Month (there are no days or hours)
precision-year = Year
precision-unknown = Unknown
downloads-title = Downloads
download-municipality-month = Incidents by municipality and month
download-offence-month = Incidents by offence and month
download-hour = Incidents by day of the week and hour

search-title = Search for a place
search-lead = Write the name or code of a state, municipality or neighbourhood, or the name of a street. Accents do not matter.
search-summary = { $n ->
    [0] No place is called “{ $text }”.
    [one] One place for “{ $text }”.
   *[other] { $n } places for “{ $text }”.
}
search-help = Check the spelling, or try a part of the name.

reject-wrong-field-count = The row has more or fewer fields than the header.
reject-unclosed-quote = A quote is opened and never closed.
reject-invalid-encoding = Some bytes are no text in the encoding of the file.
reject-offence-missing = It does not say which offence it was.
reject-date-unparsed = The date cannot be read.
reject-coordinate-unparsed = A coordinate is not a number, or one of the two is missing.
reject-coordinate-out-of-range = The coordinate is nowhere on Earth.

flag-duplicate-row = Every field equals that of an earlier row.
flag-duplicate-id = The identifier already stands in an earlier row.
flag-time-placeholder = The time is one the source writes when it knows none: the hour is unknown.
flag-time-missing = No time of day: the hour is unknown.
flag-time-unparsed = The time of day could not be read: the hour is unknown.
flag-time-nonstandard = The time of day is written in an unusual form and was read all the same.
flag-date-missing = No date of the event: only the year, or nothing, is known.
flag-year-disagrees = The year column and the date disagree; the date counts.
flag-point-missing = No coordinates: the event is unlocated.
flag-point-placeholder = Coordinates 0, 0 or another placeholder: the event is unlocated.
flag-outside-territory = The point lies outside the territory of the data.
flag-label-disagrees = The label names another place than the one that holds the point.
flag-name-normalised = The offence name was folded to match a twin (blanks, case or accents).
flag-reported-before-event = The report is dated before the event.

note-sensitive = To protect victims, sensitive offences are not counted below the municipality.
note-whole-cells = Box, polygon and circle filters are made of whole cells.
note-quiet-streets = Streets and segments with fewer than three incidents are not listed; their incidents stand under “no known or publishable value”.
empty-title = There are no data yet
empty-text = This installation has not imported any file. Whoever runs it can do so with one command:
