range = { $low } to { $high }

change-title = What changed
change-heading = { $now } against { $before }
change-more = { $now } incidents against { $before }: { $difference } more.
change-fewer = { $now } incidents against { $before }: { $difference } fewer.
change-same = { $now } incidents in each period.
change-nothing = No incident in either period.
change-interval = 95% interval: { $interval }.
change-beyond-more = The rise is larger than chance would explain.
change-beyond-fewer = The fall is larger than chance would explain.
change-chance = The difference cannot be told from chance.
change-days = The periods have { $now } and { $before } days; the percentage is by day.
change-refused = Not compared
change-no-share = No percentage
change-begins = The series begins in { $month }: there is nothing to compare with.
change-missing = The source has no data for { $months }: the difference would be in the data and not in the events.
change-silent = This place did not report in { $months }: the difference would be in the record and not in the events.
change-caution = Counts are compared. The test presumes that events are independent of each other and recorded the same way in both periods: a change in reporting or recording looks the same as a change in events. The newest months may still grow as late reports come in.
change-method = How they are compared
change-offences-title = Which offences changed most
change-offences-caption = { $heading }; the largest differences first. “More than chance” already allows for many offences being looked at at once.
change-summary = { $beyond ->
    [0] Of { $n } offences, none changed by more than chance would explain.
    [one] Of { $n } offences, one changed by more than chance would explain.
   *[other] Of { $n } offences, { $beyond } changed by more than chance would explain.
}
head-difference = Difference
head-verdict = More than chance?
verdict-more = Rose
verdict-fewer = Fell
verdict-chance = Cannot be told

comparison-title = Beside its neighbours and the places that hold it
comparison-caption = Rate per 100,000 inhabitants with its 95% interval, { $period }. The vertical line is the rate of this place.
comparison-own = This place
comparison-above = Places that hold it
comparison-neighbours = Neighbouring places
comparison-ordinary = Sensitive offences are not counted below municipality; here they are left out of the places above as well, so that the rates can be compared.
comparison-uncovered = { $n ->
    [one] One neighbouring place lies outside the territory of the data.
   *[other] { $n } neighbouring places lie outside the territory of the data.
}
comparison-more = { $n ->
    [one] There is one more neighbouring place, with a shorter common border.
   *[other] There are { $n } more neighbouring places, with shorter common borders.
}
comparison-alone = No other place of this layer shares a border with it.
comparison-link = Compare with its neighbours
comparison-chart = Rate and interval

children-more = See the other places
print-address = Address of this page:

nav-compare = Compare
compare-title = Compare places
compare-lead = Two to four places, of any layer, with the same figures and on the same scale.
compare-form = Places to compare
compare-submit = Compare
compare-empty-title = Choose at least two places
compare-empty-text = Write their names or codes in the form, or begin with one of these comparisons.
compare-figures = Figures
compare-caption = Rate per 100,000 inhabitants with its 95% interval. The vertical line is the rate of the first place.
compare-population = Population
compare-change = Against a year before
compare-ordinary = One of the places is smaller than a municipality: sensitive offences are counted in none of them, so that the rates can be compared.
compare-ratio-title = How their rates compare
compare-ratio-lead = How many times the rate of { $place } the rate of each of the other places is.
compare-ratio = Ratio
compare-higher = Higher, by more than chance would explain.
compare-lower = Lower, by more than chance would explain.
compare-nested = One place holds the other: they share incidents and are not compared with each other.
compare-no-ratio = One of the two has no rate.
compare-trend-rate = Incidents a month per 100,000 inhabitants
compare-trend-count = Incidents a month
compare-trend-note = Each panel shows one place; the others stand dotted behind it. All use the same scale.
compare-month = Month
compare-mix-title = Which offences they are made of
compare-mix-caption = Share of each offence in the incidents of the place; those with the largest share in any come first.
compare-caution = The test presumes that events are independent of each other and recorded the same way in the places compared: a difference in reporting or recording looks the same as a difference in events.

street-kind = Street
street-layer = drawn by
street-nameless = Street segment without a name
street-description = Incidents by segment, year and offence on { $street }, with the threshold of publication.
street-quiet-title = No segment of this street reaches three incidents.
street-quiet-text = Segments with fewer than three incidents are not published, so that nobody can be recognised. That does not mean there are none. The municipality has a page of its own, with all figures.
street-total = Incidents on the segments shown
street-total-note = It is the sum of the segments in the table, and leaves out those not shown.
street-segments-shown = Segments shown
street-withheld = { $n ->
    [one] One more segment has fewer than { $threshold } incidents, or none, and is not shown.
   *[other] { $n } more segments have fewer than { $threshold } incidents, or none, and are not shown.
}
street-length = Length of the whole street:
street-segments = By segment
street-segments-caption = From corner to corner, over the whole series; only segments with at least three incidents.
street-years = By year
street-parts-caption = Sum of what reaches the threshold of three by segment. It can be less than the total of the street.
street-not-shown = not shown
street-year-part = (incomplete)
street-years-none = By year no segment reaches the threshold, or showing it would tell how many another has: not published.
street-offences-none = By offence no segment reaches the threshold, or showing it would tell how many there are of another: not published.
street-between = Between { $first } and { $last }
street-at = Beside { $street }
street-crossings = Streets that cross it
street-explore = See all streets of the municipality
street-privacy = What is not published and why
